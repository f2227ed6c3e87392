import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { hashHeader } from '../src/header.mjs'
import { Store } from '../src/store.mjs'
import { LAYOUT_V1, extrinsicsRoot, trieRoot } from '../src/trie.mjs'

const genesis = { top: { '0xaa': '0x01', '0xaabb': '0x02', '0xcc': '0x03' } }
const directory = () => mkdtempSync(join(tmpdir(), 'devnet-'))
const file = (where) => join(where, 'blocks.jsonl')

function append(store, diff) {
  const parent = store.head
  const number = parent.number + 1
  const header = {
    parentHash: parent.hash,
    number: `0x${number.toString(16)}`,
    stateRoot: trieRoot(store.entriesWith(parent.number, diff), LAYOUT_V1),
    extrinsicsRoot: extrinsicsRoot([]),
    digest: { logs: [] },
  }
  store.append({ number, hash: hashHeader(header), header, extrinsics: [] }, diff)
}

test('every version of a value stays readable', () => {
  const store = new Store(genesis)
  append(store, { '0xaa': '0x11' })
  append(store, { '0xaa': null, '0xdd': '0x44' })
  assert.deepEqual([0, 1, 2].map((n) => store.valueAt(n, '0xaa')), ['0x01', '0x11', null])
  assert.deepEqual(store.entriesAt(2), [['0xaabb', '0x02'], ['0xcc', '0x03'], ['0xdd', '0x44']])
  assert.deepEqual(store.entriesWith(0, { '0xaa': '0x11' }), store.entriesAt(1))
})

test('keys are listed by prefix, in pages, and not the prefix itself', () => {
  const store = new Store(genesis)
  append(store, { '0xaacc': '0x05', '0xaadd': '0x06' })
  assert.deepEqual(store.keysAt(1, '0xaa', 2), ['0xaabb', '0xaacc'])
  assert.deepEqual(store.keysAt(1, '0xaa', 2, '0xaacc'), ['0xaadd'])
  assert.deepEqual(store.keysAt(0, '0xaa', 9), ['0xaabb'])
  assert.deepEqual(store.keysAt(1, '0x', 9), ['0xaa', '0xaabb', '0xaacc', '0xaadd', '0xcc'])
})

test('a reopened store has every block and value', () => {
  const where = directory()
  const store = new Store(genesis, where)
  for (let n = 0; n < 5; n++) append(store, { '0xaa': `0x1${n}` })
  store.close()
  const again = new Store(genesis, where)
  assert.equal(again.head.hash, store.head.hash)
  assert.equal(again.valueAt(3, '0xaa'), '0x12')
})

test('a torn last line is cut off, and the chain goes on', () => {
  const where = directory()
  const store = new Store(genesis, where)
  append(store, { '0xaa': '0x11' })
  append(store, { '0xaa': '0x12' })
  store.close()
  const whole = readFileSync(file(where))
  const secondLast = whole.lastIndexOf(0x0a, whole.length - 2) + 1
  for (let cut = secondLast; cut < whole.length; cut += 7) {
    writeFileSync(file(where), whole.subarray(0, cut))
    const torn = new Store(genesis, where)
    assert.equal(torn.head.number, 1)
    append(torn, { '0xaa': '0x99' })
    torn.close()
    const again = new Store(genesis, where)
    assert.equal(again.head.number, 2)
    assert.equal(again.valueAt(2, '0xaa'), '0x99')
    again.close()
  }
})

test('damage before the last line is told, not skipped', () => {
  const where = directory()
  const store = new Store(genesis, where)
  append(store, { '0xaa': '0x11' })
  append(store, { '0xaa': '0x12' })
  store.close()
  const lines = readFileSync(file(where), 'utf8').split('\n')
  writeFileSync(file(where), [lines[0], lines[1].slice(0, 40), lines[2], ''].join('\n'))
  assert.throws(() => new Store(genesis, where), /damaged at line 2/)
  writeFileSync(file(where), [lines[0], lines[2], ''].join('\n'))
  assert.throws(() => new Store(genesis, where), /damaged at line 2/)
})

test('another genesis in the same directory is told', () => {
  const where = directory()
  new Store(genesis, where).close()
  assert.throws(() => new Store({ top: { '0xaa': '0x02' } }, where), /holds another chain/)
})
