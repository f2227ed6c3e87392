// Starts the development chain; `--help` says how.
import './quiet.mjs'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { destroyWorker } from '@acala-network/chopsticks-core'
import { cryptoWaitReady } from '@polkadot/util-crypto'
import { Engine } from './engine.mjs'
import { developmentGenesis } from './genesis.mjs'
import { lock } from './lock.mjs'
import { Producer } from './producer.mjs'
import { DEVELOPMENT_ONLY, methods } from './rpc.mjs'
import { serve } from './server.mjs'
import { Store, StoreError } from './store.mjs'

const HELP = `node main.mjs [--port N] [--host ADDRESS] [--data DIR] [--block-ms N] [--finality-lag N]
             [--with-parent]

A single Substrate chain with a real runtime; ${DEVELOPMENT_ONLY}.
  --port          0 (the default) takes a free one
  --host          127.0.0.1
  --data          keep the blocks here; without it they are gone when the process ends
  --block-ms      a block every N milliseconds; 0 (the default): a block for each transaction
  --finality-lag  how many blocks "finalised" stays behind the newest; 0 by default
  --with-parent   stop when standard input closes, as it does when the starting process dies`

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url)))

/** A start that failed for a reason that the user can mend; told in one line. */
class StartError extends Error {}

function options() {
  const text = { type: 'string' }
  const { values } = parseArgs({
    options: {
      'block-ms': text, 'data': text, 'finality-lag': text, 'help': { type: 'boolean' }, 'host': text, 'port': text,
      'with-parent': { type: 'boolean' },
    },
  })
  const whole = (name, most) => {
    const value = Number(values[name] ?? 0)
    if (Number.isInteger(value) && value >= 0 && value <= most) return value
    throw new StartError(`--${name} ${values[name]}: write a whole number from 0 to ${most}`)
  }
  return {
    blockMs: whole('block-ms', 86_400_000),
    data: values.data,
    finalityLag: whole('finality-lag', 1000),
    help: values.help,
    host: values.host ?? '127.0.0.1',
    port: whole('port', 65_535),
    withParent: values['with-parent'],
  }
}

const log = (message) => process.stderr.write(`devnet: ${message}\n`)

async function listen(table, { host, port }) {
  try {
    return await serve(table, { host, port })
  } catch (error) {
    if (error.code === 'EADDRINUSE') {
      throw new StartError(`port ${port} of ${host} is in use; stop what listens there, or choose another with --port`)
    }
    throw new StartError(`cannot listen on ${host} port ${port}: ${error.message}`)
  }
}

async function start({ blockMs, data, finalityLag, host, port, withParent }) {
  await cryptoWaitReady()
  if (data) await lock(data)
  const genesis = developmentGenesis()
  const store = new Store(genesis, data)
  const engine = new Engine(store, genesis)
  const producer = new Producer(engine, { blockMs, finalityLag, log })
  // The genesis has no time yet: block 1 sets it, and shows that the runtime runs.
  if (store.head.number === 0) await producer.buildNow()
  const server = await listen(methods({ store, engine, producer, genesis, version, finalityLag }), { host, port })
  const stop = once(async () => {
    await server.close()
    await producer.stop()
    store.close()
    await destroyWorker()
    process.exit(0)
  })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop)
  if (withParent) process.stdin.on('end', stop).on('error', stop).resume()
  log(`${genesis.name}, block ${store.head.number}; ${DEVELOPMENT_ONLY}`)
  process.stdout.write(`${JSON.stringify({ ready: true, url: server.url, genesis: store.genesisHash })}\n`)
}

function once(action) {
  let begun = false
  return () => {
    if (begun) return
    begun = true
    void action()
  }
}

try {
  const chosen = options()
  if (chosen.help) process.stdout.write(`${HELP}\n`)
  else await start(chosen)
} catch (error) {
  const expected = error instanceof StartError || error instanceof StoreError || error.code?.startsWith('ERR_PARSE_ARGS')
  log(expected ? error.message : error.stack)
  process.exit(1)
}
