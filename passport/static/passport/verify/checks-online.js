// The checks that ask the chain, the log and the share's server. Each takes what the verification
// knows, adds what it learns, and tells how it ended; no answer is never a failure.

import { readAnchor, uniquesAttributeKey } from "./anchors.js";
import { toHex } from "./encoding.js";
import { ProofError, Unanswered } from "./errors.js";
import { checkAtNode, checkEvidence } from "./evidence.js";
import { openCheckpoint } from "./notes.js";
import { couldNotCheck, failed, passed } from "./outcomes.js";
import { Node } from "./rpc.js";
import { base64, list, object, oneOf, text, whole } from "./shapes.js";
import { checkConsistency as checkTreeConsistency } from "./tree.js";
import { trustedPlace } from "./trust.js";

const MOST_HASHES = 128;
const MOST_INDEXES = 1_000_000;

/** 4. The chain holds the checkpoint's size and root, in a block that is final. */
export async function checkAnchor(context) {
  const { bundle, checkpoint, log } = context;
  const { anchor } = bundle;
  if (!anchor) return couldNotCheck("anchor.none", {}, "advice.wait");
  if (!log) return couldNotCheck("anchor.noTrust", {}, "advice.getTrust");
  const place = trustedPlace(log, anchor);
  if (!place) return couldNotCheck("anchor.untrustedPlace", {}, "advice.getTrust");
  try {
    return await anchorOutcome(context, place, anchor, checkpoint);
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    return failed(error.code, error.data, "advice.askAgain");
  }
}

async function anchorOutcome(context, place, anchor, checkpoint) {
  const storageKey = uniquesAttributeKey(anchor.collection, checkpoint.origin, anchor.seq);
  const { number, time } = checkEvidence(anchor, storageKey, checkpoint);
  const question = { anchor, number, storageKey, commitment: checkpoint };
  const answers = await askNodes(context, place, question);
  const those = (kind) => answers.filter((answer) => answer.kind === kind);
  const data = {
    number,
    time: time.toISOString(),
    hash: toHex(anchor.block.hash),
    chain: place.chain.name,
    asked: answers.length,
    agreeing: those("agrees").length,
    contradicting: those("contradicts").length,
    answers,
  };
  const reason = [...those("contradicts"), ...those("silent")].map((one) => one.reason).join(" ");
  if (data.contradicting) return failed("anchor.contradicted", { ...data, reason }, "advice.node");
  context.anchor = data;
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

/** 5. The log's newest anchored checkpoint continues the bundle's. */
export async function checkConsistency({ bundle, checkpoint, log, web }) {
  if (!bundle.anchor) return couldNotCheck("consistency.none", {}, "advice.wait");
  if (!log) return couldNotCheck("anchor.noTrust", {}, "advice.getTrust");
  if (!web) return couldNotCheck("consistency.notAsked", {}, "advice.online");
  let answer;
  try {
    answer = await web.json(`${log.url}/anchors/latest?from=${checkpoint.size}`);
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    return couldNotCheck("consistency.unanswered", { reason: error.message }, "advice.online");
  }
  try {
    const { size } = newestOf(answer, checkpoint, log);
    return passed("consistency.passed", { size });
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    return failed("consistency.failed", { reason: error.message }, "advice.askAgain");
  }
}

/** The log's newest anchored checkpoint, after every check of it. Raises ProofError. */
function newestOf(answer, from, log) {
  object(answer, "answer", ["anchor", "checkpoint", "consistency"]);
  const newest = openCheckpoint(text(answer.checkpoint, "checkpoint", { most: 1 << 17 }), log.key);
  const proof = list(answer.consistency, "consistency", (hash, at) => base64(hash, at, 32), {
    most: MOST_HASHES,
  });
  checkTreeConsistency(from.size, newest.size, proof, from.root, newest.root);
  const anchor = readAnchor(answer.anchor, "anchor");
  if (!trustedPlace(log, anchor)) throw new ProofError("anchor.untrustedPlace");
  checkEvidence(anchor, uniquesAttributeKey(anchor.collection, newest.origin, anchor.seq), newest);
  return newest;
}

/** 6. The share was not withdrawn and has not expired; its records were not voided or erased. */
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
  for (const change of ["erased", "voided"]) {
    const indexes = records.map(({ index }) => index).filter((index) => status[change].includes(index));
    if (indexes.length)
      return failed(`status.${change}`, { indexes: indexes.join(", ") }, "advice.learner");
  }
  return passed("status.passed");
}

function readStatus(value) {
  object(value, "status", ["records", "share"]);
  object(value.records, "status.records", ["erased", "voided"]);
  const indexes = (name) => {
    const read = (index, at) => whole(index, at);
    return list(value.records[name], `status.records.${name}`, read, { most: MOST_INDEXES });
  };
  return {
    share: oneOf(value.share, "status.share", ["active", "withdrawn", "expired"]),
    erased: indexes("erased"),
    voided: indexes("voided"),
  };
}

function originOf(url) {
  return URL.canParse(url) ? new URL(url).origin : null;
}
