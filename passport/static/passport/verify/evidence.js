// Does a chain hold this anchor? Once from evidence alone, once from a node's present state.
//
// Evidence shows that a block with a given header holds the anchor. It cannot show that the block
// is final: for that a node is asked, and the node's word on finality is trusted.

import { TIMESTAMP_NOW_KEY, decodeTimestamp, decodeUniquesAttribute } from "./anchors.js";
import { equal, toHex } from "./encoding.js";
import { BadAnswer, NotFinalised, OtherChain, ProofError } from "./errors.js";
import { hashOfHeader, readHeader, unhex } from "./header.js";
import { isObject } from "./json.js";
import { StateProof } from "./trie.js";

/**
 * Check that the anchor's own block holds exactly this commitment {size, root} under this key.
 * Returns {number, time} of the block. Raises ProofError.
 */
export function checkEvidence(anchor, storageKey, commitment) {
  const { header } = anchor.block;
  if (!equal(hashOfHeader(header), anchor.block.hash)) throw new ProofError("anchor.headerHash");
  const proof = new StateProof(header.stateRoot, anchor.proof);
  checkCommitment(proof.read(storageKey), commitment);
  const time = blockTime(proof);
  if (proof.hasSpareNodes()) throw new ProofError("anchor.spareNodes");
  return { number: header.number, time };
}

/**
 * Check with a node that the block is final and that the anchor still stands.
 *
 * Returns {finalised: number, node: its name and version}. Raises ProofError where the node
 * contradicts the anchor: with another block at that height, or a proof that the state holds no or
 * another value. An Unanswered error where the node cannot tell, or its answers are malformed.
 */
export async function checkAtNode(node, { anchor, number, storageKey, commitment }) {
  if (!equal(await hashAt(node, 0), anchor.chain.genesis))
    throw new OtherChain("node.otherChain", { url: node.url });
  const finalised = await node.call("chain_getFinalizedHead");
  reading(node, () => unhex(finalised, "finalised head", 32));
  const head = await headerOf(node, finalised);
  if (head.number < number)
    throw new NotFinalised("node.notFinalised", { url: node.url, finalised: head.number, number });
  if (!equal(await hashAt(node, number), anchor.block.hash))
    throw new ProofError("node.otherBlock", { url: node.url, number });
  const proof = new StateProof(head.stateRoot, await readProof(node, storageKey, finalised));
  const stored = reading(node, () => proof.read(storageKey));
  checkCommitment(stored, commitment);
  reading(node, () => blockTime(proof));
  return { finalised: head.number, node: await describeNode(node) };
}

/** The node's own name and version, in one line. */
async function describeNode(node) {
  return `${await node.call("system_name")} ${await node.call("system_version")}`;
}

function checkCommitment(stored, commitment) {
  if (stored === null) throw new ProofError("anchor.absent");
  const { size, root } = decodeUniquesAttribute(stored);
  if (size !== BigInt(commitment.size))
    throw new ProofError("anchor.size", { found: String(size), size: commitment.size });
  if (!equal(root, commitment.root)) throw new ProofError("anchor.root");
}

function blockTime(proof) {
  const stored = proof.read(TIMESTAMP_NOW_KEY);
  if (stored === null) throw new ProofError("anchor.time");
  return decodeTimestamp(stored);
}

async function headerOf(node, hash) {
  const found = await node.call("chain_getHeader", hash);
  if (found === null) throw new BadAnswer("node.noBlock", { url: node.url, block: hash });
  const header = reading(node, () => readHeader(found));
  if (toHex(hashOfHeader(header)) !== hash)
    throw new BadAnswer("node.headerHash", { url: node.url, block: hash });
  return header;
}

async function hashAt(node, number) {
  const found = await node.call("chain_getBlockHash", number);
  if (found === null) throw new BadAnswer("node.noBlock", { url: node.url, block: number });
  return reading(node, () => unhex(found, "block hash", 32));
}

async function readProof(node, storageKey, block) {
  const keys = [toHex(storageKey), toHex(TIMESTAMP_NOW_KEY)];
  const found = await node.call("state_getReadProof", keys, block);
  if (!isObject(found) || !Array.isArray(found.proof))
    throw new BadAnswer("node.noProof", { url: node.url });
  return reading(node, () => found.proof.map((one) => unhex(one, "read proof")));
}

/** What is malformed in a node's answer says nothing about the anchor: a BadAnswer. */
function reading(node, read) {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    throw new BadAnswer("node.garbage", { url: node.url, reason: error.message });
  }
}
