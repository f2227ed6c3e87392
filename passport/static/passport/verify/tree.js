// The history tree of RFC 6962 with SHA-256: hashes, inclusion and consistency.
//
// Every function computes the root that a proof leads to; comparing is the caller's, except in
// `checkConsistency`, where two roots come out at once. Sizes and indexes are whole numbers below
// 2**53. Modelled on transparency-dev/merkle, proof/verify.go.

import { concat, equal } from "./encoding.js";
import { ProofError } from "./errors.js";
import { sha256 } from "./hashing.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const EMPTY_ROOT = sha256(new Uint8Array(0));
export const leafHash = (entry) => sha256(concat([LEAF, entry]));
export const nodeHash = (left, right) => sha256(concat([NODE, left, right]));

/** The largest power of two below `size` (which is at least 2): where RFC 6962 splits a tree. */
export function splitPoint(size) {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/** The root of a tree of `size` leaves that holds this leaf hash at `index`, by an audit path. */
export function rootFromInclusion(index, size, leaf, proof) {
  if (!(index < size)) throw new ProofError("tree.index", { index, size });
  const path = [];
  for (let low = 0, high = size; high - low > 1; ) {
    const middle = low + splitPoint(high - low);
    const right = index >= middle;
    path.push(right);
    if (right) low = middle;
    else high = middle;
  }
  if (proof.length !== path.length)
    throw new ProofError("tree.length", { given: proof.length, needed: path.length });
  return path.reverse().reduce(
    (hash, right, i) => (right ? nodeHash(proof[i], hash) : nodeHash(hash, proof[i])),
    leaf,
  );
}

/**
 * Check that the tree of `size2` leaves under `root2` begins with that of `size1` under `root1`.
 * Raises ProofError where it does not. Source: RFC 9162, section 2.1.4.2.
 */
export function checkConsistency(size1, size2, proof, root1, root2) {
  if (!(size1 > 0 && size1 <= size2)) throw new ProofError("tree.sizes", { size1, size2 });
  if (size1 === size2) {
    if (proof.length) throw new ProofError("tree.length", { given: proof.length, needed: 0 });
    if (!equal(root1, root2)) throw new ProofError("tree.inconsistent", { size1, size2 });
    return;
  }
  const { rootOfOld, rootOfNew } = rootsFromConsistency(size1, size2, proof, root1);
  if (!equal(rootOfOld, root1) || !equal(rootOfNew, root2))
    throw new ProofError("tree.inconsistent", { size1, size2 });
}

function rootsFromConsistency(size1, size2, proof, root1) {
  // From the root down to the subtree that ends the old tree: a step to the right passes a
  // subtree that both trees share, a step to the left one that only the new tree has.
  const path = [];
  let low = 0;
  let high = size2;
  while (high !== size1) {
    const middle = low + splitPoint(high - low);
    const right = size1 > middle;
    path.push(right);
    if (right) low = middle;
    else high = middle;
  }
  // Where that subtree is the whole old tree, its hash is the old root and is not in the proof.
  const given = low === 0 ? [root1, ...proof] : proof;
  if (given.length !== path.length + 1)
    throw new ProofError("tree.length", {
      given: proof.length,
      needed: path.length + (low === 0 ? 0 : 1),
    });
  let rootOfOld = given[0];
  let rootOfNew = given[0];
  path.reverse().forEach((right, i) => {
    const other = given[i + 1];
    if (right) rootOfOld = nodeHash(other, rootOfOld);
    rootOfNew = right ? nodeHash(other, rootOfNew) : nodeHash(rootOfNew, other);
  });
  return { rootOfOld, rootOfNew };
}
