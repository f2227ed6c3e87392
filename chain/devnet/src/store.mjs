// Every block and every version of every storage value, in memory and in one file.
//
// The file has one JSON line for each block, written and synced to disk before anybody hears of the
// block. After a kill the last line may be torn: nobody heard of that block, so it is cut off.
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, ftruncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { hashHeader } from './header.mjs'
import { LAYOUT_V1, extrinsicsRoot, trieRoot } from './trie.mjs'

const FORMAT = 'keiko-devnet/v1'
const NO_PARENT = `0x${'00'.repeat(32)}`

/** A data directory that cannot be used; the message says what to do. */
export class StoreError extends Error {}

export class Store {
  #versions = new Map() // key -> [[block number, value or null], …], oldest first
  #keys = [] // sorted
  #byHash = new Map()
  #blocks = []
  #file

  /** A store that begins with `genesis.top`; with `directory`, it reads and keeps its blocks there. */
  constructor(genesis, directory) {
    for (const key of Object.keys(genesis.top).sort()) this.#set(0, key, genesis.top[key])
    const header = {
      parentHash: NO_PARENT,
      number: '0x0',
      stateRoot: trieRoot(this.entriesAt(0), LAYOUT_V1),
      extrinsicsRoot: extrinsicsRoot([]),
      digest: { logs: [] },
    }
    this.#remember({ number: 0, hash: hashHeader(header), header, extrinsics: [] })
    if (directory) this.#open(directory)
  }

  get head() {
    return this.#blocks.at(-1)
  }

  get genesisHash() {
    return this.#blocks[0].hash
  }

  byNumber(number) {
    return this.#blocks[number]
  }

  byHash(hash) {
    return this.#byHash.get(hash)
  }

  /** Keeps a block for good: it is on disk when this returns. `diff`: key -> value or null. */
  append(block, diff) {
    if (this.#file !== undefined) {
      writeWhole(this.#file, `${JSON.stringify({ ...block, diff })}\n`)
      fsyncSync(this.#file)
    }
    this.#apply(block, diff)
  }

  close() {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  /** The value (0x text) under `key` after block `number`, or null. */
  valueAt(number, key) {
    const versions = this.#versions.get(key)
    if (!versions) return null
    const after = firstAfter(versions.length, (at) => versions[at][0] > number)
    return after ? versions[after - 1][1] : null
  }

  /** All [key, value] after block `number`, sorted by key. */
  entriesAt(number) {
    return this.#keys.map((key) => [key, this.valueAt(number, key)]).filter(([, value]) => value !== null)
  }

  /** The entries as they would be with `diff` on top of block `number`. */
  entriesWith(number, diff) {
    const entries = new Map(this.entriesAt(number))
    for (const [key, value] of Object.entries(diff)) {
      if (value === null) entries.delete(key)
      else entries.set(key, value)
    }
    return [...entries].sort(([a], [b]) => (a < b ? -1 : 1))
  }

  /** Up to `count` keys that begin with `prefix` and come after `start`. */
  keysAt(number, prefix, count, start) {
    const after = start && start !== '0x' ? start : prefix
    const keys = []
    for (let at = firstAfter(this.#keys.length, (i) => this.#keys[i] > after); at < this.#keys.length; at++) {
      const key = this.#keys[at]
      if (keys.length === count || (!key.startsWith(prefix) && key > prefix)) break
      if (key.startsWith(prefix) && this.valueAt(number, key) !== null) keys.push(key)
    }
    return keys
  }

  #open(directory) {
    mkdirSync(directory, { recursive: true })
    const path = join(directory, 'blocks.jsonl')
    const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
    const whole = bytes.lastIndexOf(0x0a) + 1
    const lines = bytes.subarray(0, whole).toString('utf8').split('\n').slice(0, -1)
    if (lines.length) this.#check(path, lines[0])
    lines.slice(1).forEach((line, index) => this.#read(path, index + 2, line))
    this.#file = openSync(path, 'a')
    ftruncateSync(this.#file, whole)
    if (!lines.length) writeWhole(this.#file, `${JSON.stringify({ format: FORMAT, genesis: this.genesisHash })}\n`)
    fsyncSync(this.#file)
    syncDirectory(directory)
  }

  #check(path, line) {
    const { format, genesis } = parse(path, 1, line)
    if (format !== FORMAT || genesis !== this.genesisHash) {
      throw new StoreError(`${path} holds another chain (genesis ${genesis}); move it away to begin anew`)
    }
  }

  #read(path, lineNumber, line) {
    const { diff, ...block } = parse(path, lineNumber, line)
    const parent = this.head
    const follows = block.number === parent.number + 1 && block.header?.parentHash === parent.hash
    if (!follows || hashHeader(block.header) !== block.hash) {
      throw new StoreError(`${path} is damaged at line ${lineNumber}; move it away to begin anew`)
    }
    this.#apply(block, diff)
  }

  #apply(block, diff) {
    for (const [key, value] of Object.entries(diff)) this.#set(block.number, key, value)
    this.#remember(block)
  }

  #remember(block) {
    this.#blocks.push(block)
    this.#byHash.set(block.hash, block)
  }

  #set(number, key, value) {
    let versions = this.#versions.get(key)
    if (!versions) {
      versions = []
      this.#versions.set(key, versions)
      this.#keys.splice(firstAfter(this.#keys.length, (at) => this.#keys[at] > key), 0, key)
    }
    versions.push([number, value])
  }
}

/** The first index for which `isAfter` holds; it holds for all that follow, too. */
function firstAfter(length, isAfter) {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if (isAfter(middle)) high = middle
    else low = middle + 1
  }
  return low
}

function parse(path, lineNumber, line) {
  try {
    return JSON.parse(line)
  } catch {
    throw new StoreError(`${path} is damaged at line ${lineNumber}; move it away to begin anew`)
  }
}

function writeWhole(file, text) {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}

function syncDirectory(directory) {
  const handle = openSync(directory, 'r')
  fsyncSync(handle)
  closeSync(handle)
}
