// Substrate's Merkle-Patricia trie over a whole state: its root, and read proofs.
//
// Layout V1 keeps a value of more than 32 bytes as a node of its own and holds its hash; layout V0
// keeps every value inside its node. Source: the Polkadot specification, "State storage".
import { compactToU8a, hexToU8a, u8aConcat, u8aToHex } from '@polkadot/util'
import { blake2AsU8a } from '@polkadot/util-crypto'

export const LAYOUT_V0 = 0
export const LAYOUT_V1 = 1

const LONGEST_INLINE_VALUE = 32
const SHORTEST_HASHED_NODE = 32
const NOTHING = new Uint8Array()

// The first bits of a node, and how many bits of the first byte they leave for the key's length.
const HEADS = {
  leaf: [0x40, 6],
  leafHashed: [0x20, 5],
  branch: [0x80, 6],
  branchValue: [0xc0, 6],
  branchHashed: [0x10, 4],
}

const blake2 = (bytes) => blake2AsU8a(bytes, 256)

// Values such as the runtime's code (600 kB) stay the same from block to block.
const valueHashes = new Map()
const MOST_REMEMBERED = 10_000

function hashValue(hex) {
  let hash = valueHashes.get(hex)
  if (!hash) {
    if (valueHashes.size >= MOST_REMEMBERED) valueHashes.clear()
    hash = blake2(hexToU8a(hex))
    valueHashes.set(hex, hash)
  }
  return hash
}

function packNibbles(nibbles) {
  const bytes = nibbles.length % 2 ? `0${nibbles}` : nibbles
  return hexToU8a(`0x${bytes}`)
}

function head(kind, length) {
  const [prefix, bits] = HEADS[kind]
  const most = (1 << bits) - 1
  if (length < most) return Uint8Array.of(prefix | length)
  const out = [prefix | most]
  let rest = length - most
  for (; rest >= 255; rest -= 255) out.push(255)
  return Uint8Array.from([...out, rest])
}

function commonPrefix(first, last, from) {
  let at = from
  while (at < first.length && at < last.length && first[at] === last[at]) at++
  return at
}

/** Encodes the nodes of a sorted state, and keeps those on the paths of the wanted keys. */
class Encoder {
  constructor(entries, layout, wanted) {
    this.keys = entries.map(([key]) => key.slice(2))
    this.values = entries.map(([, value]) => value)
    this.layout = layout
    this.wanted = wanted.map((key) => key.slice(2))
    this.proof = new Set()
  }

  root() {
    if (!this.keys.length) return blake2(Uint8Array.of(0))
    return this.#node(0, this.keys.length, 0, true)
  }

  /** The node over the entries from `low` to before `high`, which share `depth` nibbles: its
   * encoding, or its hash where that is shorter. */
  #node(low, high, depth, isRoot) {
    const first = this.keys[low]
    const end = high - low === 1 ? first.length : commonPrefix(first, this.keys[high - 1], depth)
    const hasValue = first.length === end
    const isHashed = hasValue && this.#isHashed(this.values[low])
    const isLeaf = high - low === 1
    const kind = isLeaf
      ? isHashed ? 'leafHashed' : 'leaf'
      : !hasValue ? 'branch' : isHashed ? 'branchHashed' : 'branchValue'
    const partial = first.slice(depth, end)
    const node = u8aConcat(
      head(kind, partial.length),
      packNibbles(partial),
      ...(isLeaf ? [this.#value(low, hasValue, isHashed)] : this.#children(low, high, end, hasValue, isHashed)),
    )
    const onPath = this.wanted.some((key) => key.startsWith(first.slice(0, depth)))
    if (hasValue && isHashed && this.wanted.includes(first)) this.proof.add(this.values[low])
    if (!isRoot && node.length < SHORTEST_HASHED_NODE) return node
    if (onPath) this.proof.add(u8aToHex(node))
    return blake2(node)
  }

  #children(low, high, end, hasValue, isHashed) {
    let bitmap = 0
    const children = []
    for (let from = hasValue ? low + 1 : low; from < high; ) {
      const nibble = this.keys[from][end]
      let to = from + 1
      while (to < high && this.keys[to][end] === nibble) to++
      bitmap |= 1 << Number.parseInt(nibble, 16)
      const child = this.#node(from, to, end + 1, false)
      children.push(compactToU8a(child.length), child)
      from = to
    }
    return [Uint8Array.of(bitmap & 255, bitmap >> 8), this.#value(low, hasValue, isHashed), ...children]
  }

  #value(index, hasValue, isHashed) {
    if (!hasValue) return NOTHING
    if (isHashed) return hashValue(this.values[index])
    const value = hexToU8a(this.values[index])
    return u8aConcat(compactToU8a(value.length), value)
  }

  #isHashed(value) {
    return this.layout === LAYOUT_V1 && (value.length - 2) / 2 > LONGEST_INLINE_VALUE
  }
}

/** The root (0x text) of `entries`: [key, value] pairs of 0x text, sorted by key. */
export const trieRoot = (entries, layout) => u8aToHex(new Encoder(entries, layout, []).root())

/** {root, nodes}: the nodes (0x text) that prove what is, or is not, under each of `keys`. */
export function readProof(entries, keys, layout = LAYOUT_V1) {
  const encoder = new Encoder(entries, layout, keys)
  return { root: u8aToHex(encoder.root()), nodes: [...encoder.proof] }
}

/** The extrinsics root of a block: layout V0 over the compact index of each extrinsic. */
export function extrinsicsRoot(extrinsics) {
  const entries = extrinsics.map((bytes, index) => [u8aToHex(compactToU8a(index)), bytes])
  return trieRoot(entries.sort(([a], [b]) => (a < b ? -1 : 1)), LAYOUT_V0)
}
