import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";

import {
  TIMESTAMP_NOW_KEY,
  decodeTimestamp,
  decodeUniquesAttribute,
  readAnchor,
  uniquesAttributeKey,
} from "../../../passport/static/passport/verify/anchors.js";
import { fromHex, toHex, utf8 } from "../../../passport/static/passport/verify/encoding.js";
import { checkEvidence } from "../../../passport/static/passport/verify/evidence.js";
import { sha256 } from "../../../passport/static/passport/verify/hashing.js";
import { hashOfHeader, readHeader } from "../../../passport/static/passport/verify/header.js";
import { decodeCompact, encodeCompact } from "../../../passport/static/passport/verify/scale.js";
import { StateProof } from "../../../passport/static/passport/verify/trie.js";

const VECTORS = path.join(import.meta.dirname, "../../vectors/chain");
const vector = JSON.parse(fs.readFileSync(path.join(VECTORS, "uniques-anchor.json"), "utf8"));
const storageKey = uniquesAttributeKey(vector.collection, vector.origin, vector.seq);
const commitment = { size: vector.size, root: fromHex(vector.root) };

/** The vector's anchor as a bundle holds it, after `change`. */
function anchorAfter(change = () => {}) {
  const { collection, genesis, seq, block, proof } = structuredClone(vector);
  const anchor = {
    adapter: "uniques",
    collection,
    chain: { name: "Development", genesis, nodes: [] },
    seq,
    block: { hash: block.hash, header: block.header },
    proof,
  };
  change(anchor);
  return readAnchor(anchor, "anchor");
}

describe("an anchor of a real Asset Hub runtime", () => {
  test("its origin's hash, its key and its stored value are computed and read as they are", () => {
    assert.equal(toHex(sha256(utf8(vector.origin))), vector.origin_hash);
    assert.equal(toHex(storageKey), vector.storage_key);
    assert.equal(toHex(TIMESTAMP_NOW_KEY), vector.timestamp_now_key);
    const { size, root } = decodeUniquesAttribute(fromHex(vector.stored));
    assert.deepEqual([size, toHex(root)], [BigInt(vector.size), vector.root]);
  });

  test("its block's header has the block's hash", () => {
    assert.equal(toHex(hashOfHeader(readHeader(vector.block.header))), vector.block.hash);
  });

  test("its evidence holds, and tells the block's number and time", () => {
    const { number, time } = checkEvidence(anchorAfter(), storageKey, commitment);
    assert.equal(number, vector.block.number);
    assert.equal(time.getTime(), Date.parse(vector.block.time));
  });

  test("its state shows that another anchor is absent, or that the proof does not reach there", () => {
    const { block, proof } = anchorAfter();
    const state = new StateProof(block.header.stateRoot, proof);
    const other = uniquesAttributeKey(vector.collection, "other.example", vector.seq);
    let found;
    try {
      found = state.read(other);
    } catch (error) {
      assert.equal(error.code, "trie.missing");
      found = null;
    }
    assert.equal(found, null);
  });

  test("any bit of any node changed is refused", () => {
    const { proof } = anchorAfter();
    let tried = 0;
    proof.forEach((node, at) => {
      for (let i = 0; i < node.length; i++) {
        const changed = Uint8Array.from(node);
        changed[i] ^= 1 << (i % 8);
        const refused = anchorAfter((anchor) => (anchor.proof[at] = toHex(changed)));
        assert.throws(() => checkEvidence(refused, storageKey, commitment), { name: "ProofError" });
        tried++;
      }
    });
    assert.ok(tried > 500, String(tried));
  });

  for (const [what, change] of [
    ["a node less", (anchor) => anchor.proof.pop()],
    ["a node more", (anchor) => anchor.proof.push("0x00")],
    ["another number", (anchor) => (anchor.block.header.number = "0x5")],
    ["another parent", (anchor) => (anchor.block.header.parentHash = vector.root)],
    ["another state", (anchor) => (anchor.block.header.stateRoot = vector.root)],
    ["another digest", (anchor) => anchor.block.header.digest.logs.push("0x00")],
    ["another hash", (anchor) => (anchor.block.hash = vector.root)],
  ])
    test(`${what} is refused`, () => {
      const changed = anchorAfter(change);
      assert.throws(() => checkEvidence(changed, storageKey, commitment), { name: "ProofError" });
    });

  test("another size, root, seq, origin or collection is refused", () => {
    const refuses = (key, claimed) =>
      assert.throws(() => checkEvidence(anchorAfter(), key, claimed), { name: "ProofError" });
    refuses(storageKey, { ...commitment, size: commitment.size + 1 });
    refuses(storageKey, { ...commitment, root: fromHex(vector.genesis) });
    refuses(uniquesAttributeKey(vector.collection, vector.origin, vector.seq + 1), commitment);
    refuses(uniquesAttributeKey(vector.collection, `${vector.origin}x`, vector.seq), commitment);
    refuses(uniquesAttributeKey(vector.collection + 1, vector.origin, vector.seq), commitment);
  });
});

test("a header that a node would not give is refused", () => {
  const refuses = (change) => {
    const header = structuredClone(vector.block.header);
    assert.throws(() => readHeader(change(header) ?? header), { name: "ProofError" });
  };
  refuses(() => []);
  refuses((header) => void delete header.digest);
  refuses((header) => void (header.extra = 1));
  for (const number of [4, "4", "0x04", "0x100000000", "0xA", ""]) refuses((header) => void (header.number = number));
  refuses((header) => void (header.digest.logs = "0x"));
  refuses((header) => void (header.stateRoot = "0x00"));
});

test("compact integers have one encoding each, at every boundary of the modes", () => {
  for (const value of [0n, 63n, 64n, 16383n, 16384n, (1n << 30n) - 1n, 1n << 30n, (1n << 53n) - 1n, (1n << 64n) - 1n, (1n << 536n) - 1n]) {
    const encoded = encodeCompact(value);
    assert.deepEqual(decodeCompact(encoded), [value, encoded.length]);
  }
  assert.equal(toHex(encodeCompact(1)), "0x04");
  assert.equal(toHex(encodeCompact(69)), "0x1501");
  assert.equal(toHex(encodeCompact(65535)), "0xfeff0300");
  assert.equal(toHex(encodeCompact(100000000000000)), "0x0b00407a10f35a");
  for (const longer of ["0x0100", "0x02000000", "0x0300000000", "0x07000000ff00"])
    assert.throws(() => decodeCompact(fromHex(longer)), { code: "scale.long" });
  for (const short of ["0x", "0x01", "0x02ffff", "0x03ffff"])
    assert.throws(() => decodeCompact(fromHex(short)), { code: "scale.end" });
});

test("a time beyond the year 9999 or of another length is refused", () => {
  assert.throws(() => decodeTimestamp(fromHex("0xffffffffffffffff")), { code: "anchor.time" });
  assert.throws(() => decodeTimestamp(fromHex("0x00")), { code: "anchor.time" });
});
