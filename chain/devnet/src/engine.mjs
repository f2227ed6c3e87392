// Runs the runtime: builds blocks by its WASM, with real signature checks, and gives each block
// what chopsticks leaves out: the true state root, extrinsics root and hash, and the clock's time.
import { EventEmitter } from 'node:events'
import {
  APPLY_EXTRINSIC_ERROR, Api, Block, Blockchain, BuildBlockMode, RemoteStorageLayer, getSlotDuration,
  inherentProviders,
} from '@acala-network/chopsticks-core'
import { bnToU8a, u8aToHex } from '@polkadot/util'
import { storageKey } from './genesis.mjs'
import { hashHeader } from './header.mjs'
import { LAYOUT_V1, extrinsicsRoot, trieRoot } from './trie.mjs'

const BLOCKS_IN_MEMORY = 64
const NOW = storageKey('Timestamp', 'Now')
const SLOT = storageKey('Aura', 'CurrentSlot')

const u64 = (value) => u8aToHex(bnToU8a(value, { bitLength: 64, isLe: true }))
const readU64 = (hex) => (hex ? Buffer.from(hex.slice(2), 'hex').readBigUInt64LE() : 0n)

/** Answers chopsticks' questions to its "remote node" from the store. */
class StoreProvider extends EventEmitter {
  hasSubscriptions = false
  isClonable = false
  isConnected = true
  isReady = Promise.resolve()

  constructor(store, genesis) {
    super()
    this.store = store
    this.genesis = genesis
  }

  async connect() {}

  async disconnect() {}

  async send(method, params) {
    const { store } = this
    const numberOf = (hash) => (hash ? store.byHash(hash) : store.head).number
    switch (method) {
      case 'system_chain': return this.genesis.name
      case 'system_name': return this.genesis.name
      case 'system_properties': return this.genesis.properties
      case 'chain_getBlockHash': return (params[0] == null ? store.head : store.byNumber(params[0]))?.hash ?? null
      case 'chain_getHeader': return (params[0] ? store.byHash(params[0]) : store.head)?.header ?? null
      case 'chain_getBlock': {
        const block = params[0] ? store.byHash(params[0]) : store.head
        return block ? { block: { header: block.header, extrinsics: block.extrinsics } } : null
      }
      case 'state_getStorage': return store.valueAt(numberOf(params[1]), params[0])
      case 'state_queryStorageAt': {
        const number = numberOf(params[1])
        return [{ block: params[1], changes: params[0].map((key) => [key, store.valueAt(number, key)]) }]
      }
      case 'state_getKeysPaged': return store.keysAt(numberOf(params[3]), params[0], params[1], params[2])
      default: throw new Error(`The store has no answer to ${method}.`)
    }
  }
}

/** Chopsticks' chain, whose new blocks go through `seal` before anything else sees them. */
class SealedBlockchain extends Blockchain {
  constructor(options, seal) {
    super(options)
    this.seal = seal
  }

  async onNewBlock(raw) {
    return super.onNewBlock(await this.seal(this, raw))
  }
}

/** Emits `block` with each new block, after it is on disk. */
export class Engine extends EventEmitter {
  constructor(store, genesis) {
    super()
    this.setMaxListeners(0)
    this.store = store
    const options = {
      api: new Api(new StoreProvider(store, genesis)),
      buildBlockMode: BuildBlockMode.Manual,
      header: { hash: store.head.hash, number: store.head.number },
      inherentProviders,
      maxMemoryBlockCount: BLOCKS_IN_MEMORY,
    }
    this.chain = new SealedBlockchain(options, (chain, raw) => this.#seal(chain, raw))
  }

  /** Builds one block with these extrinsics (0x text). Returns the ones that the runtime refused,
   * each with the reason: [[extrinsic, error], …]. Never call it twice at a time. */
  async build(transactions) {
    const { head, txPool } = this.chain
    const refused = []
    const onRefused = (refusal) => refused.push(refusal)
    const layers = head.storageLayerCount
    txPool.event.on(APPLY_EXTRINSIC_ERROR, onRefused)
    try {
      await this.#setClock(head)
      await this.chain.newBlockWithParams({
        transactions, upwardMessages: {}, downwardMessages: [], horizontalMessages: {},
      })
      txPool.clear()
    } finally {
      txPool.event.off(APPLY_EXTRINSIC_ERROR, onRefused)
      head.resetStorageLayers(layers)
    }
    this.emit('block', this.store.head)
    return refused
  }

  /** Chopsticks adds one slot to the parent's time, whatever the clock says. Here the parent is
   * made to look younger while its child is built, so that the child gets the clock's time. Time
   * never goes back: blocks built faster than one a slot run ahead of the clock. */
  async #setClock(head) {
    const slot = BigInt(await getSlotDuration(head))
    const before = readU64(this.store.valueAt(head.number, NOW))
    const wanted = BigInt(Date.now()) - slot
    if (wanted <= before) return
    head.pushStorageLayer().setAll([[NOW, u64(wanted)], [SLOT, u64(wanted / slot)]])
  }

  async #seal(chain, raw) {
    const parent = this.store.head
    if (raw.number !== parent.number + 1) throw new Error(`Block ${raw.number} cannot follow ${parent.number}.`)
    const extrinsics = await raw.extrinsics
    const diff = changed(this.store, parent.number, await raw.storageDiff())
    const { digest } = await raw.header
    const header = {
      parentHash: parent.hash,
      number: `0x${raw.number.toString(16)}`,
      stateRoot: trieRoot(this.store.entriesWith(parent.number, diff), LAYOUT_V1),
      extrinsicsRoot: extrinsicsRoot(extrinsics),
      digest: { logs: digest.logs.map((log) => log.toHex()) },
    }
    const block = { number: raw.number, hash: hashHeader(header), header, extrinsics }
    this.store.append(block, diff)
    const registry = await raw.registry
    return new Block(chain, block.number, block.hash, await chain.getBlock(parent.hash), {
      header: registry.createType('Header', header),
      extrinsics,
      storage: new RemoteStorageLayer(chain.api, parent.hash),
      storageDiff: diff,
    })
  }
}

/** The part of `diff` that differs from the state after block `number` (reads are in it, too). */
function changed(store, number, diff) {
  const entries = Object.entries(diff).map(([key, value]) => [key, value ?? null])
  return Object.fromEntries(entries.filter(([key, value]) => store.valueAt(number, key) !== value))
}
