// Pending transactions, and when a block is built of them: at once, or on a timer.
import { ResponseError } from '@acala-network/chopsticks-core'
import { blake2AsHex } from '@polkadot/util-crypto'

// The codes that Substrate's nodes give for the same refusals.
const INVALID = 1010
const UNKNOWN_VALIDITY = 1011
const ALREADY_IMPORTED = 1013
const ATTEMPTS = 5
const PAUSE_MS = 200

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

export class Producer {
  #pending = new Map() // hash -> {bytes, signer, nonce, waits}; `waits`: for an earlier nonce
  #building = null
  #timer
  #stopped = false

  /** `blockMs` 0 builds on demand; then a block with transactions is followed by as many empty ones
   * as it takes to finalise it. */
  constructor(engine, { blockMs, finalityLag, log }) {
    this.engine = engine
    this.blockMs = blockMs
    this.finalityLag = finalityLag
    this.log = log
    if (blockMs) this.#timer = setInterval(() => void this.#request(), blockMs)
  }

  get pending() {
    return [...this.#pending.values()].map(({ bytes }) => bytes)
  }

  /** The nonce after `nonce` and the pending transactions that follow it without a gap. */
  nextNonce(signer, nonce) {
    const pending = new Set([...this.#pending.values()].filter((one) => one.signer === signer).map((one) => one.nonce))
    let next = nonce
    while (pending.has(next)) next++
    return next
  }

  /** Takes a transaction (0x text) that the runtime finds valid; returns its hash. */
  async submit(bytes) {
    const hash = blake2AsHex(bytes, 256)
    if (this.#pending.has(hash)) throw new ResponseError(ALREADY_IMPORTED, 'Transaction is already imported')
    await this.#validate(bytes)
    this.#pending.set(hash, { bytes, ...(await this.#read(bytes)), waits: false })
    if (!this.blockMs) void this.#request()
    return hash
  }

  /** Builds a block now, with whatever is pending; resolves when it is there. */
  async buildNow() {
    while (this.#building) await this.#building
    this.#building = this.#build().finally(() => {
      this.#building = null
    })
    await this.#building
  }

  async stop() {
    this.#stopped = true
    clearInterval(this.#timer)
    await this.#building
  }

  async #validate(bytes) {
    let validity
    try {
      validity = await this.engine.chain.validateExtrinsic(bytes)
    } catch (error) {
      throw new ResponseError(INVALID, `Invalid Transaction: ${error.message}`)
    }
    if (validity.isOk) return
    const reason = validity.asErr
    throw new ResponseError(reason.isInvalid ? INVALID : UNKNOWN_VALIDITY, `Invalid Transaction: ${reason.toString()}`)
  }

  async #read(bytes) {
    const registry = await this.engine.chain.head.registry
    const { nonce, signer } = registry.createType('GenericExtrinsic', bytes)
    return { nonce: nonce.toNumber(), signer: signer.toString() }
  }

  #request() {
    this.#building ??= this.#run().finally(() => {
      this.#building = null
      if (this.#hasWork() && !this.blockMs) void this.#request()
    })
    return this.#building
  }

  async #run() {
    for (let attempt = 1; !this.#stopped; attempt++) {
      try {
        await this.#build()
        break
      } catch (error) {
        this.log(`block ${this.engine.store.head.number + 1} was not built (attempt ${attempt}): ${error.message}`)
        if (attempt === ATTEMPTS) return this.#giveUp()
        await sleep(PAUSE_MS)
      }
    }
    if (!this.blockMs) await this.#finalise()
  }

  async #build() {
    const chosen = [...this.#pending].sort(([, a], [, b]) => a.nonce - b.nonce)
    const refused = await this.engine.build(chosen.map(([, { bytes }]) => bytes))
    const included = new Set(this.engine.store.head.extrinsics)
    const future = new Set(refused.filter(([, error]) => isFuture(error)).map(([bytes]) => bytes))
    for (const [hash, transaction] of chosen) {
      if (!included.has(transaction.bytes) && future.has(transaction.bytes)) transaction.waits = true
      else this.#pending.delete(hash)
    }
    for (const [bytes, error] of refused) {
      this.log(`transaction ${blake2AsHex(bytes, 256)} was refused: ${JSON.stringify(error.toJSON())}`)
    }
  }

  /** Empty blocks, until the last block with a transaction is finalised. */
  async #finalise() {
    for (let built = 0; built < this.finalityLag && !this.#stopped && !this.#hasWork(); built++) await this.#build()
  }

  #hasWork() {
    return [...this.#pending.values()].some(({ waits }) => !waits)
  }

  /** A transaction that the runtime cannot execute must not stop all that follow. */
  #giveUp() {
    this.log(`dropped ${this.#pending.size} pending transactions: no block could be built of them`)
    this.#pending.clear()
  }
}

const isFuture = (error) => error.isInvalid && error.asInvalid.isFuture
