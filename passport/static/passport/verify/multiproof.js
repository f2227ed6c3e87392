// One proof for many leaves of a tree: in pre-order over the splits of RFC 6962, one hash for each
// maximal subtree that holds no target.

import { ProofError } from "./errors.js";
import { nodeHash, splitPoint } from "./tree.js";

/**
 * The root of a tree of `size` leaves that holds the given leaves.
 *
 * `leaves` are [index, leaf hash] pairs with strictly increasing indexes, at least one. Raises
 * ProofError where an index lies outside of the tree, or the proof is too short or too long.
 */
export function rootFromMultiproof(leaves, size, proof) {
  const last = leaves[leaves.length - 1]?.[0];
  if (last === undefined) throw new ProofError("multiproof.empty");
  if (!(last < size)) throw new ProofError("tree.index", { index: last, size });
  let used = 0;

  // The hash of the subtree of the leaves low ≤ i < high; its targets are leaves[first…end - 1].
  function subtree(low, high, first, end) {
    if (first === end) {
      if (used === proof.length) throw new ProofError("multiproof.short", { given: proof.length });
      return proof[used++];
    }
    if (high - low === 1) return leaves[first][1];
    const middle = low + splitPoint(high - low);
    let between = first;
    while (between < end && leaves[between][0] < middle) between++;
    const left = subtree(low, middle, first, between);
    return nodeHash(left, subtree(middle, high, between, end));
  }

  const root = subtree(0, size, 0, leaves.length);
  if (used < proof.length)
    throw new ProofError("multiproof.long", { given: proof.length, needed: used });
  return root;
}
