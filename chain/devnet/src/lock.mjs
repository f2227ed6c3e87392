// One process for one data directory. On Linux the lock is an abstract socket: the kernel takes it
// away with the process, however that ends, so no stale lock is ever left behind.
import { createHash } from 'node:crypto'
import { mkdirSync, realpathSync } from 'node:fs'
import net from 'node:net'
import { StoreError } from './store.mjs'

export function lock(directory) {
  mkdirSync(directory, { recursive: true })
  if (process.platform !== 'linux') return Promise.resolve()
  const name = createHash('sha256').update(realpathSync(directory)).digest('hex')
  const server = net.createServer()
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const inUse = new StoreError(`${directory} is in use by another development chain; stop that one first`)
      reject(error.code === 'EADDRINUSE' ? inUse : error)
    })
    server.listen(`\0keiko-devnet-${name}`, () => {
      server.unref()
      resolve()
    })
  })
}
