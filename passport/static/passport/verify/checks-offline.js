// The checks that need the bundle and the trust policy only. Each takes what the verification
// knows, adds what it learns, and tells how it ended.

import { SLOTS, recompute, statementEntry } from "./commitments.js";
import { equal } from "./encoding.js";
import { ProofError } from "./errors.js";
import { rootFromMultiproof } from "./multiproof.js";
import { readCheckpoint } from "./notes.js";
import { couldNotCheck, failed, passed } from "./outcomes.js";
import { leafHash } from "./tree.js";
import { openSigned, trustedLog, witnessed } from "./trust.js";

/** 1. What is shown gives the commitments that are stated; those withheld are taken as given. */
export function checkRecords({ bundle: { records } }) {
  const changed = records.flatMap(({ index, slots }) =>
    SLOTS.filter((slot) => !equal(recompute(slot, slots[slot]), slots[slot].commitment)).map(
      (slot) => ({ index, slot }),
    ),
  );
  if (changed.length) {
    const changes = changed.map(({ index, slot }) => `record ${index}, ${slot}`).join("; ");
    return failed("records.changed", { changed, changes }, "advice.askAgain");
  }
  const shown = records.flatMap(({ slots }) => SLOTS.map((slot) => slots[slot]));
  const withheld = shown.filter(({ salt }) => !salt).length;
  const disclosed = shown.filter(({ salt, absent }) => salt && !absent).length;
  return passed("records.passed", { records: records.length, disclosed, withheld });
}

/** 2. The leaves lead to the checkpoint's root. Learns the checkpoint, its signature unchecked. */
export function checkInclusion(context) {
  const { bundle } = context;
  const leaves = bundle.records.map(({ index, slots }) => [
    index,
    leafHash(statementEntry(SLOTS.map((slot) => slots[slot].commitment))),
  ]);
  try {
    context.checkpoint = readCheckpoint(bundle.checkpoint);
    const { size, root } = context.checkpoint;
    if (!equal(rootFromMultiproof(leaves, size, bundle.proof), root))
      return failed("inclusion.otherRoot", {}, "advice.askAgain");
    return passed("inclusion.passed", { size });
  } catch (error) {
    return failure(error);
  }
}

/** 3. The log's key signed the checkpoint. Learns the log, as the trust policy names it. */
export function checkCheckpoint(context) {
  const { bundle, trust, checkpoint } = context;
  if (checkpoint.origin !== bundle.origin) {
    const data = { found: checkpoint.origin, origin: bundle.origin };
    return failed("checkpoint.otherOrigin", data, "advice.askAgain");
  }
  if (!trust) return couldNotCheck("checkpoint.noTrust", {}, "advice.getTrust");
  const log = trustedLog(trust, bundle.origin);
  if (!log)
    return couldNotCheck("checkpoint.unknownLog", { origin: bundle.origin }, "advice.getTrust");
  context.log = log;
  const { origin, size } = checkpoint;
  const data = { name: log.name, origin, size };
  try {
    openSigned(log, bundle.checkpoint);
    const witnesses = witnessed(log, bundle.checkpoint);
    if (witnesses) return passed("checkpoint.witnessed", { ...data, ...witnesses });
    return passed("checkpoint.passed", data);
  } catch (error) {
    return failure(error);
  }
}

function failure(error) {
  if (!(error instanceof ProofError)) throw error;
  return failed(error.code, error.data, "advice.askAgain");
}
