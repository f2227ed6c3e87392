// Where an anchor lies in a chain's storage, and what is written there.
//
// With the `uniques` adapter an anchor is an attribute of a collection (of no item of it):
//   key    origin hash, first 24 bytes ‖ seq u64 BE     32 bytes, the most that Asset Hub takes
//   value  size u64 BE ‖ root                           40 bytes

import { concat, fromHex, u64, utf8 } from "./encoding.js";
import { ProofError } from "./errors.js";
import { blake2b128Concat, sha256 } from "./hashing.js";
import { readHeader } from "./header.js";
import { decodeLength, encodeCompact, fromLittleEndian, littleEndian, take } from "./scale.js";
import { hex, list, object, oneOf, text, whole, within } from "./shapes.js";

// twox_128 of the pallet's name, then of the storage item's.
const UNIQUES_ATTRIBUTE = fromHex("0x5e8a19e3cd1b7c148b33880c479c02811b0014ebdc1a24fd6a03320d070a5d84");
export const TIMESTAMP_NOW_KEY = fromHex(
  "0xf0c365c3cf59d671eb72da0e7a4113c49f1f0515f462cdcf84e0f1d6045dfcbb",
);

const MOST_NODES = 16;
const MOST_TRIE_NODES = 256;
const NO_ITEM = Uint8Array.of(0);
const VALUE_BYTES = 40;
const DEPOSIT_BYTES = 16;
// The end of year 9999.
const LAST_MILLISECOND = 253_402_300_799_999n;

/** The storage key of the anchor `seq` of a log (its origin as text) in a collection. */
export function uniquesAttributeKey(collection, origin, seq) {
  const name = concat([sha256(utf8(origin)).subarray(0, 24), u64(seq)]);
  return concat([
    UNIQUES_ATTRIBUTE,
    blake2b128Concat(littleEndian(collection, 4)),
    blake2b128Concat(NO_ITEM),
    blake2b128Concat(concat([encodeCompact(name.length), name])),
  ]);
}

/** {size: BigInt, root} from what the storage holds: the value as a vector, then its deposit. */
export function decodeUniquesAttribute(stored) {
  const [length, offset] = decodeLength(stored, 0);
  if (length !== VALUE_BYTES || stored.length !== offset + length + DEPOSIT_BYTES)
    throw new ProofError("anchor.otherValue");
  const value = take(stored, offset, length);
  return { size: fromLittleEndian(value.slice(0, 8).reverse()), root: value.slice(8) };
}

/** The block's time from `Timestamp.Now`: a u64 LE of milliseconds since 1970. */
export function decodeTimestamp(stored) {
  const milliseconds = fromLittleEndian(stored);
  if (stored.length !== 8 || milliseconds > LAST_MILLISECOND) throw new ProofError("anchor.time");
  return new Date(Number(milliseconds));
}

/** A place for anchors, as bundles and trust policies write it. Raises ProofError. */
export function readPlace(value, where, further = []) {
  object(value, where, ["adapter", "chain", "collection", ...further]);
  object(value.chain, `${where}.chain`, ["genesis", "name", "nodes"]);
  return {
    adapter: oneOf(value.adapter, `${where}.adapter`, ["uniques"]),
    collection: whole(value.collection, `${where}.collection`, 0xffffffff),
    chain: {
      name: text(value.chain.name, `${where}.chain.name`),
      genesis: hex(value.chain.genesis, `${where}.chain.genesis`, 32),
      nodes: list(value.chain.nodes, `${where}.chain.nodes`, (node, at) => text(node, at), {
        most: MOST_NODES,
      }),
    },
  };
}

/** An anchor with its evidence, as bundles and the log's answers hold it. Raises ProofError. */
export function readAnchor(value, where) {
  const place = readPlace(value, where, ["block", "proof", "seq"]);
  object(value.block, `${where}.block`, ["hash", "header"]);
  return {
    ...place,
    seq: whole(value.seq, `${where}.seq`),
    block: {
      hash: hex(value.block.hash, `${where}.block.hash`, 32),
      header: within(`${where}.block.header`, () => readHeader(value.block.header)),
    },
    proof: list(value.proof, `${where}.proof`, (node, at) => hex(node, at), {
      least: 1,
      most: MOST_TRIE_NODES,
    }),
  };
}
