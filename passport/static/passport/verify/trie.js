// Read proofs of Substrate's state trie, layouts V0 and V1 (values over 32 bytes hashed).
//
// A proof is the set of trie nodes on the path to a key. Every node is named by its hash from the
// one above, and the first by the state root, so a missing or changed node cannot go unseen.
// Source: the Polkadot specification, "State storage".

import { toHex } from "./encoding.js";
import { ProofError } from "./errors.js";
import { blake2b256 } from "./hashing.js";
import { decodeLength, take } from "./scale.js";

const HASH = 32;
// Every stored map key is far shorter; the bound keeps a forged length from costing memory.
const MOST_NIBBLES = 0xffff;

// A node's first bits, by how many bits: what they say of its children and of its value.
const KINDS = [
  { bits: 0b01, count: 2, branch: false, value: "inline" },
  { bits: 0b10, count: 2, branch: true, value: "none" },
  { bits: 0b11, count: 2, branch: true, value: "inline" },
  { bits: 0b001, count: 3, branch: false, value: "hashed" },
  { bits: 0b0001, count: 4, branch: true, value: "hashed" },
];

/** The nodes shown for one state root; remembers which of them were needed. */
export class StateProof {
  constructor(root, nodes) {
    this.root = root;
    this.nodes = new Map(nodes.map((node) => [toHex(blake2b256(node)), node]));
    this.given = nodes.length;
    this.used = new Set();
  }

  /**
   * The value under a key (bytes), or null where the nodes show that there is none. Raises
   * ProofError where a node is missing, changed or malformed.
   */
  read(key) {
    const path = nibbles(key);
    let position = 0;
    let node = decodeNode(this.fetch(this.root));
    for (;;) {
      const after = position + node.partial.length;
      if (node.partial.some((nibble, i) => nibble !== path[position + i])) return null;
      if (after === path.length) return this.valueOf(node);
      const child = node.children.get(path[after]);
      if (child === undefined) return null;
      position = after + 1;
      node = decodeNode(child.length === HASH ? this.fetch(child) : child);
    }
  }

  /** Whether nodes were given that no read has used, or one twice. */
  hasSpareNodes() {
    return this.used.size < this.given;
  }

  valueOf(node) {
    return node.valueHash ? this.fetch(node.valueHash) : node.value;
  }

  fetch(hash) {
    const name = toHex(hash);
    const found = this.nodes.get(name);
    if (found === undefined) throw new ProofError("trie.missing", { node: name.slice(0, 18) });
    this.used.add(name);
    return found;
  }
}

function decodeNode(data) {
  const empty = { partial: [], value: null, valueHash: null, children: new Map() };
  if (data.length === 1 && data[0] === 0) return empty;
  const { kind, length, end } = readHead(data);
  const packed = take(data, end, Math.ceil(length / 2));
  let offset = end + packed.length;
  if (length % 2 && packed[0] >> 4) throw new ProofError("trie.malformed", { why: "padding" });
  const node = { ...empty, partial: nibbles(packed).slice(length % 2) };
  let bitmap = 0;
  if (kind.branch) {
    const [low, high] = take(data, offset, 2);
    bitmap = low | (high << 8);
    offset += 2;
    if (!bitmap) throw new ProofError("trie.malformed", { why: "childless branch" });
  }
  if (kind.value === "inline") {
    const [size, start] = decodeLength(data, offset);
    node.value = take(data, start, size);
    offset = start + size;
  } else if (kind.value === "hashed") {
    node.valueHash = take(data, offset, HASH);
    offset += HASH;
  }
  [node.children, offset] = readChildren(data, offset, bitmap);
  if (offset !== data.length) throw new ProofError("trie.malformed", { why: "trailing bytes" });
  return node;
}

/** A node's kind, how many nibbles its part of the key has, and where they begin. */
function readHead(data) {
  const first = take(data, 0, 1)[0];
  const kind = KINDS.find(({ bits, count }) => first >> (8 - count) === bits);
  if (!kind) throw new ProofError("trie.malformed", { why: `first byte ${first}` });
  const most = (1 << (8 - kind.count)) - 1;
  let length = first & most;
  let end = 1;
  if (length === most) {
    let more;
    do {
      more = take(data, end++, 1)[0];
      length += more;
      if (length > MOST_NIBBLES) throw new ProofError("trie.malformed", { why: "long key" });
    } while (more === 255);
  }
  return { kind, length, end };
}

function readChildren(data, start, bitmap) {
  const children = new Map();
  let offset = start;
  for (let nibble = 0; nibble < 16; nibble++) {
    if (!((bitmap >> nibble) & 1)) continue;
    const [size, from] = decodeLength(data, offset);
    if (size === 0 || size > HASH) throw new ProofError("trie.malformed", { why: "child size" });
    children.set(nibble, take(data, from, size));
    offset = from + size;
  }
  return [children, offset];
}

const nibbles = (bytes) => Array.from(bytes).flatMap((byte) => [byte >> 4, byte & 15]);
