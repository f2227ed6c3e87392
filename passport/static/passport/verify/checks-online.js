// The checks that ask the chain, the log and the share's server. Each takes what the verification
// knows, adds what it learns, and tells how it ended; no answer is never a failure.

import { readAnchor, uniquesAttributeKey } from "./anchors.js";
import { toHex } from "./encoding.js";
import { ProofError, Unanswered } from "./errors.js";
import { checkAtNode, checkEvidence } from "./evidence.js";
import { couldNotCheck, failed, passed } from "./outcomes.js";
import { Node } from "./rpc.js";
import { base64, list, object, oneOf, text, whole } from "./shapes.js";
import { checkConsistency as checkTreeConsistency } from "./tree.js";
import { openSigned, trustedPlace, witnessed } from "./trust.js";

const MOST_NOTE = 128 * 1024;
const MOST_HASHES = 128;
const MOST_INDEXES = 1_000_000;

/** 4. The chain holds the checkpoint's size and root, in a block that is final. */
export async function checkAnchor(context) {
  const { bundle, log, checkpoint } = context;
  if (!log) return couldNotCheck("anchor.noTrust", {}, "advice.getTrust");
  if (!bundle.anchor) return couldNotCheck("anchor.none", {}, "advice.wait");
  const result = await confirm(context, bundle.anchor, checkpoint);
  if (result.outcome === "passed") context.anchor = result.detail.data;
  return result;
}

/** Whether this anchor's block holds this checkpoint, and nodes say that it is final. */
async function confirm(context, anchor, checkpoint) {
  const place = trustedPlace(context.log, anchor);
  // No failure: an institution that moved to another chain has a newer trust policy.
  if (!place) return couldNotCheck("anchor.untrustedPlace", {}, "advice.getTrust");
  // The key is computed from what is trusted, so that the evidence cannot be for another log.
  const storageKey = uniquesAttributeKey(place.collection, checkpoint.origin, anchor.seq);
  let block;
  try {
    block = checkEvidence(anchor, storageKey, checkpoint);
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    return failed(error.code, error.data, "advice.report");
  }
  const question = { anchor, number: block.number, storageKey, commitment: checkpoint };
  const answers = await askNodes(context, place, question);
  const facts = {
    number: block.number,
    time: block.time.toISOString(),
    hash: toHex(anchor.block.hash),
    chain: place.chain.name,
  };
  return judge(facts, answers);
}

/** One node that agrees is enough; one that contradicts is a failure, whatever the others say. */
function judge(facts, answers) {
  const those = (kind) => answers.filter((answer) => answer.kind === kind);
  const data = {
    ...facts,
    asked: answers.length,
    agreeing: those("agrees").length,
    contradicting: those("contradicts").length,
    answers,
  };
  const reason = [...those("contradicts"), ...those("silent")].map((one) => one.reason).join(" ");
  if (data.contradicting) return failed("anchor.contradicted", { ...data, reason }, "advice.report");
  if (data.agreeing) return passed("anchor.passed", data);
  if (!data.asked) return couldNotCheck("anchor.notAsked", data, "advice.node");
  return couldNotCheck("anchor.unanswered", { ...data, reason }, "advice.node");
}

/** What each node says: {url, kind: "agrees" | "contradicts" | "silent", reason?, finalised?, node?}. */
async function askNodes({ nodes, web }, place, question) {
  if (!web) return [];
  const urls = nodes?.length ? nodes : place.chain.nodes;
  return Promise.all(
    urls.map(async (url) => {
      try {
        return { url, kind: "agrees", ...(await checkAtNode(new Node(url, web), question)) };
      } catch (error) {
        if (error instanceof Unanswered) return { url, kind: "silent", reason: error.message };
        if (error instanceof ProofError) return { url, kind: "contradicts", reason: error.message };
        throw error;
      }
    }),
  );
}

/** 5. The log has only grown, from this checkpoint to its newest anchored one. */
export async function checkConsistency(context) {
  const { bundle, checkpoint, log, web } = context;
  if (!log) return couldNotCheck("consistency.noTrust", {}, "advice.getTrust");
  if (!web) return couldNotCheck("consistency.notAsked", {}, "advice.online");
  let latest;
  try {
    latest = await latestAnchor(web, log, checkpoint.size);
  } catch (error) {
    // Also an answer that is malformed or not signed by the log: it says nothing about the log.
    if (!(error instanceof Unanswered || error instanceof ProofError)) throw error;
    if (error.data.status === 404) return couldNotCheck("consistency.none", {}, "advice.later");
    return couldNotCheck("consistency.unanswered", { reason: error.message }, "advice.online");
  }
  const { newest, anchor, proof } = latest;
  if (newest.size < checkpoint.size) {
    const sizes = { found: newest.size, size: checkpoint.size };
    return couldNotCheck("consistency.older", sizes, "advice.online");
  }
  try {
    checkTreeConsistency(checkpoint.size, newest.size, proof, checkpoint.root, newest.root);
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    return failed("consistency.failed", { reason: error.message }, "advice.report");
  }
  // Where the newest is the bundle's own, nodes have confirmed it already.
  const same =
    newest.size === checkpoint.size && JSON.stringify(anchor) === JSON.stringify(bundle.anchor);
  if (!same || !context.anchor) {
    const result = await confirm(context, anchor, newest);
    if (result.outcome !== "passed") return result;
  }
  return passed("consistency.passed", { from: checkpoint.size, size: newest.size });
}

/** The log's newest anchored checkpoint, signed; its anchor and the proof to it are unchecked. */
async function latestAnchor(web, log, size) {
  const url = `${log.url.replace(/\/+$/, "")}/anchors/latest?from=${size}`;
  const { note, ...found } = readLatest(await web.json(url));
  const newest = openSigned(log, note);
  witnessed(log, note);
  return { newest, ...found };
}

/** The answer to `anchors/latest`: its note is not opened. Raises ProofError. */
export function readLatest(value) {
  object(value, "$", ["anchor", "checkpoint", "consistency"]);
  const read = (hash, at) => base64(hash, at, 32);
  return {
    note: text(value.checkpoint, "$.checkpoint", { most: MOST_NOTE }),
    anchor: readAnchor(value.anchor, "$.anchor"),
    proof: list(value.consistency, "$.consistency", read, { most: MOST_HASHES }),
  };
}

/** 6. The share covers the records, was not withdrawn and has not expired; none was voided or erased. */
export async function checkStatus({ bundle, log, now, web }) {
  const { expires, statusUrl } = bundle.share;
  if (expires !== null && Date.parse(expires) <= now.getTime())
    return failed("status.expired", { expires }, "advice.learner");
  if (statusUrl === null) return couldNotCheck("status.none", {}, "advice.learner");
  if (!log) return couldNotCheck("status.noTrust", {}, "advice.getTrust");
  // Whoever made the bundle chose the address; only the log's own server may answer for it.
  if (originOf(statusUrl) !== originOf(log.url))
    return couldNotCheck("status.otherServer", { url: statusUrl }, "advice.learner");
  if (!web) return couldNotCheck("status.notAsked", {}, "advice.online");
  try {
    return statusOutcome(bundle, readStatus(await web.json(statusUrl)));
  } catch (error) {
    if (!(error instanceof Unanswered || error instanceof ProofError)) throw error;
    return couldNotCheck("status.unanswered", { reason: error.message }, "advice.online");
  }
}

function statusOutcome({ records, share }, status) {
  if (status.share === "withdrawn") return failed("status.withdrawn", {}, "advice.learner");
  if (status.share === "expired")
    return failed("status.expired", { expires: share.expires ?? "" }, "advice.learner");
  const indexes = records.map(({ index }) => index);
  // Whoever has the file of a withdrawn share can write the address of an active one into it.
  const others = indexes.filter((index) => !status.covered.has(index));
  if (others.length)
    return failed("status.otherShare", { indexes: others.join(", ") }, "advice.proofLink");
  for (const change of ["erased", "voided"]) {
    const changed = indexes.filter((index) => status[change].has(index));
    if (changed.length)
      return failed(`status.${change}`, { indexes: changed.join(", ") }, "advice.learner");
  }
  return passed("status.passed");
}

/** The answer at a share's status address. Raises ProofError. */
export function readStatus(value) {
  object(value, "$", ["records", "share"]);
  object(value.records, "$.records", ["covered", "erased", "voided"]);
  const indexes = (name) => {
    const read = (index, at) => whole(index, at);
    return new Set(list(value.records[name], `$.records.${name}`, read, { most: MOST_INDEXES }));
  };
  return {
    share: oneOf(value.share, "$.share", ["active", "withdrawn", "expired"]),
    covered: indexes("covered"),
    erased: indexes("erased"),
    voided: indexes("voided"),
  };
}

function originOf(url) {
  return URL.canParse(url) ? new URL(url).origin : null;
}
