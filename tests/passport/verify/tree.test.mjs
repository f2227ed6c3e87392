import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";

import { equal, toHex, utf8 } from "../../../passport/static/passport/verify/encoding.js";
import { rootFromMultiproof } from "../../../passport/static/passport/verify/multiproof.js";
import {
  EMPTY_ROOT,
  checkConsistency,
  leafHash,
  nodeHash,
  rootFromInclusion,
  splitPoint,
} from "../../../passport/static/passport/verify/tree.js";
import { base64 } from "../../../passport/static/passport/verify/shapes.js";
import { parseJson } from "../../../passport/static/passport/verify/json.js";

// The vectors of transparency-dev/merkle; tests/vectors/README.md tells where they are from.
const RFC6962 = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, "../../vectors/rfc6962.json"), "utf8"));
// As the verifier reads every hash: 32 bytes, or refused.
const bytes = (text) => base64(text, "hash", 32);
// Some consistency vectors have roots of other sizes, since only their equality matters.
const loose = (text) => new Uint8Array(Buffer.from(text, "base64"));

/** Whether a check holds: true, or false where it raised a ProofError. */
function holds(check) {
  try {
    check();
    return true;
  } catch (error) {
    if (error.name !== "ProofError") throw error;
    return false;
  }
}

test("the empty tree's root and a leaf's hash are those of RFC 6962", () => {
  assert.equal(toHex(EMPTY_ROOT), "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  assert.equal(toHex(leafHash(utf8(""))), "0x6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
});

test("the inclusion vectors of transparency-dev/merkle end as they say", () => {
  const all = RFC6962.inclusion;
  assert.ok(all.length > 80);
  for (const { name, leafIdx, treeSize, leafHash: leaf, root, proof, wantErr } of all) {
    let found = false;
    const read = holds(() => {
      const hashes = (proof ?? []).map(bytes);
      found = equal(rootFromInclusion(leafIdx, treeSize, bytes(leaf), hashes), bytes(root));
    });
    assert.equal(read && found, !wantErr, name);
  }
});

test("the consistency vectors of transparency-dev/merkle end as they say", () => {
  const all = RFC6962.consistency;
  assert.ok(all.length > 80);
  for (const { name, size1, size2, root1, root2, proof, wantErr } of all) {
    const found = holds(() => {
      checkConsistency(size1, size2, (proof ?? []).map(loose), loose(root1), loose(root2));
    });
    assert.equal(found, !wantErr, name);
  }
});

describe("against the definitions of RFC 6962, for every tree up to 24 leaves", () => {
  const leaves = Array.from({ length: 24 }, (_, i) => leafHash(utf8(String(i))));
  const root = (low, high) => {
    if (high - low === 1) return leaves[low];
    const middle = low + splitPoint(high - low);
    return nodeHash(root(low, middle), root(middle, high));
  };
  const audit = (index, low, high) => {
    if (high - low === 1) return [];
    const middle = low + splitPoint(high - low);
    return index < middle
      ? [...audit(index, low, middle), root(middle, high)]
      : [...audit(index, middle, high), root(low, middle)];
  };
  const subproof = (old, low, high, whole) => {
    if (old === high - low) return whole ? [] : [root(low, high)];
    const k = splitPoint(high - low);
    return old <= k
      ? [...subproof(old, low, low + k, whole), root(low + k, high)]
      : [...subproof(old - k, low + k, high, false), root(low, low + k)];
  };
  const many = (indexes, low, high) => {
    if (!indexes.some((index) => low <= index && index < high)) return [root(low, high)];
    if (high - low === 1) return [];
    const middle = low + splitPoint(high - low);
    return [...many(indexes, low, middle), ...many(indexes, middle, high)];
  };

  test("each audit path leads to the root, and one hash less or more is refused", () => {
    for (let size = 1; size <= 24; size++)
      for (let index = 0; index < size; index++) {
        const proof = audit(index, 0, size);
        assert.ok(equal(rootFromInclusion(index, size, leaves[index], proof), root(0, size)));
        assert.throws(() => rootFromInclusion(index, size, leaves[index], [...proof, leaves[0]]), { code: "tree.length" });
        if (proof.length)
          assert.throws(() => rootFromInclusion(index, size, leaves[index], proof.slice(1)), { code: "tree.length" });
      }
  });

  test("each consistency proof holds, and none with a hash changed, less or more", () => {
    for (let size = 1; size <= 24; size++)
      for (let old = 1; old <= size; old++) {
        const proof = subproof(old, 0, size, true);
        const check = (changed) => checkConsistency(old, size, changed, root(0, old), root(0, size));
        check(proof);
        assert.ok(!holds(() => check([...proof, leaves[0]])));
        if (proof.length) assert.ok(!holds(() => check(proof.slice(1))));
        proof.forEach((_, i) => assert.ok(!holds(() => check(proof.with(i, EMPTY_ROOT)))));
      }
  });

  test("a multi-proof of every set of up to three leaves leads to the root; short and long ones are refused", () => {
    for (const size of [1, 2, 3, 7, 8, 13, 24])
      for (let a = 0; a < size; a++)
        for (let b = a; b < size; b++)
          for (let c = b; c < size; c++) {
            const indexes = [...new Set([a, b, c])];
            const shown = indexes.map((index) => [index, leaves[index]]);
            const proof = many(indexes, 0, size);
            assert.ok(equal(rootFromMultiproof(shown, size, proof), root(0, size)));
            assert.throws(() => rootFromMultiproof(shown, size, [...proof, leaves[0]]), { code: "multiproof.long" });
            if (proof.length)
              assert.throws(() => rootFromMultiproof(shown, size, proof.slice(1)), { code: "multiproof.short" });
          }
  });

  test("a leaf outside of the tree, or no leaf, proves nothing", () => {
    assert.throws(() => rootFromMultiproof([[3, leaves[3]]], 3, []), { code: "tree.index" });
    assert.throws(() => rootFromMultiproof([], 3, [root(0, 3)]), { code: "multiproof.empty" });
    assert.throws(() => rootFromInclusion(3, 3, leaves[3], []), { code: "tree.index" });
  });
});
