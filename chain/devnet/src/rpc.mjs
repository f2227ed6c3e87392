// The JSON-RPC methods. What is about blocks and state is answered from the store; what needs the
// runtime (metadata, calls, fees) is answered by chopsticks at the asked block.
import { ResponseError, allHandlers } from '@acala-network/chopsticks-core'
import { hexToU8a, isHex } from '@polkadot/util'
import { blake2AsHex } from '@polkadot/util-crypto'
import { readProof } from './trie.mjs'

export const DEVELOPMENT_ONLY = 'development only: no consensus, no finality'
export const NAME = `Keiko development chain (${DEVELOPMENT_ONLY})`

const UNKNOWN_METHOD = -32601
const INVALID_PARAMS = -32602
const UNKNOWN_BLOCK = 4003
const MOST_KEYS = 1000

const FROM_RUNTIME = [
  'state_call', 'state_getMetadata', 'state_getRuntimeVersion', 'payment_queryFeeDetails', 'payment_queryInfo',
]

const OTHER_NAMES = {
  chain_getFinalisedHead: 'chain_getFinalizedHead',
  chain_getHead: 'chain_getBlockHash',
  state_getKeysPagedAt: 'state_getKeysPaged',
  state_getStorageAt: 'state_getStorage',
  chain_subscribeNewHead: 'chain_subscribeNewHeads',
  chain_unsubscribeNewHead: 'chain_unsubscribeNewHeads',
  chain_subscribeFinalisedHeads: 'chain_subscribeFinalizedHeads',
}

const hexOf = (value, what) => {
  if (!isHex(value)) throw new ResponseError(INVALID_PARAMS, `${what} must be 0x-prefixed hexadecimal text`)
  return value.toLowerCase()
}

/** The table of methods: name -> (params, subscriber) => result. `subscriber` is the connection. */
export function methods({ store, engine, producer, genesis, version, finalityLag }) {
  const finalised = () => store.byNumber(Math.max(0, store.head.number - finalityLag))
  const at = (hash) => {
    const block = hash == null ? store.head : store.byHash(hexOf(hash, 'The block hash'))
    if (!block) throw new ResponseError(UNKNOWN_BLOCK, `Unknown block: ${hash}`)
    return block
  }
  const block = ({ header, extrinsics }) => ({ block: { header, extrinsics }, justifications: null })
  const known = (hash) => (hash == null || store.byHash(hash) ? at(hash) : null)

  const table = {
    chain_getBlock: ([hash]) => (known(hash) ? block(at(hash)) : null),
    chain_getBlockHash: ([number]) => {
      if (Array.isArray(number)) return number.map((n) => store.byNumber(Number(n))?.hash ?? null)
      return (number == null ? store.head : store.byNumber(Number(number)))?.hash ?? null
    },
    chain_getFinalizedHead: () => finalised().hash,
    chain_getHeader: ([hash]) => known(hash)?.header ?? null,

    state_getKeysPaged: ([prefix, count, start, hash]) =>
      store.keysAt(at(hash).number, hexOf(prefix ?? '0x', 'The prefix'), Math.min(count, MOST_KEYS), start),
    state_getReadProof: ([keys, hash]) => {
      if (!Array.isArray(keys) || keys.length > MOST_KEYS) throw new ResponseError(INVALID_PARAMS, 'keys must be a list')
      const asked = at(hash)
      const { root, nodes } = readProof(store.entriesAt(asked.number), keys.map((key) => hexOf(key, 'A key')))
      if (root !== asked.header.stateRoot) throw new Error(`the state of block ${asked.number} has lost its root`)
      return { at: asked.hash, proof: nodes }
    },
    state_getStorage: ([key, hash]) => store.valueAt(at(hash).number, hexOf(key, 'The key')),
    state_getStorageHash: ([key, hash]) => {
      const value = store.valueAt(at(hash).number, hexOf(key, 'The key'))
      return value && blake2AsHex(value, 256)
    },
    state_getStorageSize: ([key, hash]) => {
      const value = store.valueAt(at(hash).number, hexOf(key, 'The key'))
      return value && hexToU8a(value).length
    },
    state_queryStorageAt: ([keys, hash]) => {
      const asked = at(hash)
      return [{ block: asked.hash, changes: keys.map((key) => [key, store.valueAt(asked.number, hexOf(key, 'A key'))]) }]
    },

    author_pendingExtrinsics: () => producer.pending,
    author_submitExtrinsic: ([bytes]) => producer.submit(hexOf(bytes, 'The extrinsic')),

    system_accountNextIndex: async ([account]) => {
      const { head } = engine.chain
      const registry = await head.registry
      const id = registry.createType('AccountId', account)
      const { result } = await head.call('AccountNonceApi_account_nonce', [id.toHex()])
      return producer.nextNonce(id.toString(), registry.createType('u32', hexToU8a(result)).toNumber())
    },
    system_chain: () => genesis.name,
    system_chainType: () => 'Development',
    system_health: () => ({ peers: 0, isSyncing: false, shouldHavePeers: false }),
    system_localPeerId: () => 'none',
    system_name: () => NAME,
    system_nodeRoles: () => ['Authority'],
    system_properties: () => genesis.properties,
    system_syncState: () => ({ startingBlock: 0, currentBlock: store.head.number, highestBlock: store.head.number }),
    system_version: () => `${version} (${DEVELOPMENT_ONLY})`,

    dev_newBlock: async () => {
      await producer.buildNow()
      return store.head.hash
    },
    ...subscriptions({ store, engine, producer, finalised }),
    rpc_methods: () => ({ version: 1, methods: Object.keys(table).sort() }),
  }
  for (const name of FROM_RUNTIME) table[name] = (params) => allHandlers[name]({ chain: engine.chain }, params)
  for (const [other, name] of Object.entries(OTHER_NAMES)) table[other] = table[name]
  return table
}

/** Methods that go on sending; they need a connection that stays (WebSocket). */
function subscriptions({ store, engine, producer, finalised }) {
  const onBlocks = (subscriber, event, listener) => {
    const id = subscriber.open(event, () => engine.off('block', onBlock))
    const onBlock = () => void listener((message) => subscriber.send(id, message))
    engine.on('block', onBlock)
    setImmediate(onBlock) // the present state first, after the subscription's id
    return id
  }
  const newHeads = (_params, subscriber) =>
    onBlocks(subscriber, 'chain_newHead', (send) => send(store.head.header))
  const finalisedHeads = (_params, subscriber) => {
    let last = null
    return onBlocks(subscriber, 'chain_finalizedHead', (send) => {
      const to = finalised().number
      for (let number = last === null ? to : last + 1; number <= to; number++) send(store.byNumber(number).header)
      last = to
    })
  }
  const storage = ([keys], subscriber) => {
    const before = new Map()
    return onBlocks(subscriber, 'state_storage', (send) => {
      const changes = keys.map((key) => [key, store.valueAt(store.head.number, key)]).filter(([key, value]) => before.get(key) !== value)
      for (const [key, value] of changes) before.set(key, value)
      if (changes.length) send({ block: store.head.hash, changes })
    })
  }
  const runtimeVersion = (_params, subscriber) => {
    let before
    return onBlocks(subscriber, 'state_runtimeVersion', async (send) => {
      const found = await engine.chain.head.runtimeVersion
      if (found.specVersion !== before) send(found)
      before = found.specVersion
    })
  }
  const watch = async ([bytes], subscriber) => {
    await producer.submit(hexOf(bytes, 'The extrinsic'))
    let included = null
    const id = onBlocks(subscriber, 'author_extrinsicUpdate', (send) => {
      if (!included && store.head.extrinsics.includes(bytes)) {
        included = store.head
        send({ inBlock: included.hash })
      }
      if (included && finalised().number >= included.number) {
        send({ finalized: included.hash })
        subscriber.close(id)
      }
    })
    setImmediate(() => subscriber.send(id, 'ready'))
    return id
  }
  const stop = ([id], subscriber) => subscriber.close(id)
  return {
    author_submitAndWatchExtrinsic: watch,
    author_unwatchExtrinsic: stop,
    chain_subscribeAllHeads: newHeads,
    chain_subscribeFinalizedHeads: finalisedHeads,
    chain_subscribeNewHeads: newHeads,
    chain_unsubscribeAllHeads: stop,
    chain_unsubscribeFinalizedHeads: stop,
    chain_unsubscribeNewHeads: stop,
    state_subscribeRuntimeVersion: runtimeVersion,
    state_subscribeStorage: storage,
    state_unsubscribeRuntimeVersion: stop,
    state_unsubscribeStorage: stop,
  }
}

/** Answers one request, or a list of them. */
export async function answer(table, request, subscriber) {
  if (Array.isArray(request)) return Promise.all(request.map((one) => answer(table, one, subscriber)))
  const { id = null, method, params = [] } = request ?? {}
  try {
    if (!Object.hasOwn(table, method)) throw new ResponseError(UNKNOWN_METHOD, `Method not found: ${method}`)
    return { jsonrpc: '2.0', id, result: (await table[method](params, subscriber)) ?? null }
  } catch (error) {
    const code = Number.isInteger(error.code) ? error.code : -32603
    return { jsonrpc: '2.0', id, error: { code, message: error.message } }
  }
}
