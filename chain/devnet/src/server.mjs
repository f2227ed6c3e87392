// JSON-RPC over HTTP and over WebSocket, on one port, open to pages of any origin.
import http from 'node:http'
import { ResponseError } from '@acala-network/chopsticks-core'
import { WebSocketServer } from 'ws'
import { answer } from './rpc.mjs'

const MOST_BYTES = 16 * 1024 * 1024
const CORS = {
  'access-control-allow-headers': 'content-type',
  'access-control-allow-methods': 'POST, OPTIONS',
  'access-control-allow-origin': '*',
}
const NOT_JSON = { jsonrpc: '2.0', id: null, error: { code: -32700, message: 'Parse error' } }

const noSubscriptions = {
  open() { throw new ResponseError(-32601, 'Subscriptions need a WebSocket connection') },
  close() { throw new ResponseError(-32601, 'Subscriptions need a WebSocket connection') },
}

/** Listens; resolves to {url, close} and rejects with the system's error. */
export function serve(table, { host, port }) {
  const server = http.createServer((request, response) => void respond(table, request, response))
  const sockets = new WebSocketServer({ server, maxPayload: MOST_BYTES })
  sockets.on('connection', (socket) => connect(table, socket))
  sockets.on('error', () => {}) // the server reports it
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      const name = host.includes(':') ? `[${host}]` : host
      resolve({ url: `http://${name}:${server.address().port}`, close: () => close(server, sockets) })
    })
  })
}

async function respond(table, request, response) {
  const send = (status, body) => {
    response.writeHead(status, { ...CORS, 'content-type': 'application/json' })
    response.end(body === undefined ? '' : JSON.stringify(body))
  }
  if (request.method === 'OPTIONS') return send(204)
  if (request.method !== 'POST') return send(405, { ...NOT_JSON, error: { code: -32600, message: 'POST a JSON-RPC request' } })
  try {
    const body = await read(request)
    if (body === null) return send(413, { ...NOT_JSON, error: { code: -32600, message: 'The request is too large' } })
    const parsed = parse(body)
    send(200, parsed === undefined ? NOT_JSON : await answer(table, parsed, noSubscriptions))
  } catch (error) {
    if (!response.headersSent) response.destroy(error) // the client has gone away
  }
}

async function read(request) {
  const parts = []
  let size = 0
  for await (const part of request) {
    size += part.length
    if (size > MOST_BYTES) return null
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function connect(table, socket) {
  const subscriber = new Subscriber(socket)
  const send = (message) => socket.readyState === socket.OPEN && socket.send(JSON.stringify(message))
  socket.on('close', () => subscriber.closeAll())
  socket.on('error', () => socket.terminate())
  socket.on('message', async (data) => {
    const parsed = parse(data.toString())
    send(parsed === undefined ? NOT_JSON : await answer(table, parsed, subscriber))
  })
}

/** The subscriptions of one WebSocket connection. */
class Subscriber {
  #open = new Map()
  #last = 0

  constructor(socket) {
    this.socket = socket
  }

  open(event, stop) {
    const id = `s${++this.#last}`
    this.#open.set(id, { event, stop })
    return id
  }

  send(id, result) {
    const subscription = this.#open.get(id)
    if (!subscription || this.socket.readyState !== this.socket.OPEN) return
    const params = { subscription: id, result }
    this.socket.send(JSON.stringify({ jsonrpc: '2.0', method: subscription.event, params }))
  }

  close(id) {
    this.#open.get(id)?.stop()
    return this.#open.delete(id)
  }

  closeAll() {
    for (const id of [...this.#open.keys()]) this.close(id)
  }
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function close(server, sockets) {
  for (const socket of sockets.clients) socket.terminate()
  sockets.close()
  server.closeAllConnections()
  return new Promise((resolve) => server.close(resolve))
}
