import '../src/quiet.mjs'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { calculateStateRoot, decodeProof, destroyWorker } from '@acala-network/chopsticks-core'
import { developmentGenesis } from '../src/genesis.mjs'
import { LAYOUT_V0, LAYOUT_V1, extrinsicsRoot, readProof, trieRoot } from '../src/trie.mjs'

after(() => destroyWorker())

// Substrate's own trie, in chopsticks' WASM executor, is the oracle.
const dice = (() => {
  let state = 7
  return (below) => (state = (state * 1103515245 + 12345) % 2147483648) % below
})()
const bytes = (length) => `0x${Array.from({ length }, () => dice(256).toString(16).padStart(2, '0')).join('')}`
const sorted = (entries) => [...new Map(entries)].sort(([a], [b]) => (a < b ? -1 : 1))
const randomState = (size) => sorted(Array.from({ length: size }, () => [bytes(1 + dice(6)), bytes(dice(70))]))

test('the root of any state is the one that Substrate computes, in both layouts', async () => {
  for (let round = 0; round < 60; round++) {
    const entries = randomState(1 + dice(40))
    for (const layout of [LAYOUT_V0, LAYOUT_V1]) {
      assert.equal(trieRoot(entries, layout), await calculateStateRoot(entries, layout))
    }
  }
})

test('the root of the genesis is the one that Substrate computes', async () => {
  const entries = Object.entries(developmentGenesis().top).sort(([a], [b]) => (a < b ? -1 : 1))
  assert.equal(trieRoot(entries, LAYOUT_V1), await calculateStateRoot(entries, LAYOUT_V1))
})

test('a read proof holds what was asked, and no empty answer', async () => {
  for (let round = 0; round < 30; round++) {
    const entries = randomState(2 + dice(40))
    const [key, value] = entries[dice(entries.length)]
    const { root, nodes } = readProof(entries, [key])
    assert.equal(root, trieRoot(entries, LAYOUT_V1))
    assert.equal((await decodeProof(root, nodes))[key], value)
  }
})

test('a block without extrinsics has the empty root', () => {
  assert.equal(extrinsicsRoot([]), '0x03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314')
})
