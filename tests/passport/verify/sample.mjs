// A small log, a chain state that anchors it, and a bundle: made by the tests alone, from the
// format's description, with the same primitives as the verifier (hashes and signatures).

import http from "node:http";

import {
  TIMESTAMP_NOW_KEY,
  uniquesAttributeKey,
} from "../../../passport/static/passport/verify/anchors.js";
import {
  SLOTS,
  commitAbsent,
  commitExact,
  commitValue,
  statementEntry,
} from "../../../passport/static/passport/verify/commitments.js";
import { concat, toHex, u64, utf8 } from "../../../passport/static/passport/verify/encoding.js";
import { blake2b256, hmacSha256, sha256 } from "../../../passport/static/passport/verify/hashing.js";
import { hashOfHeader, readHeader } from "../../../passport/static/passport/verify/header.js";
import { encodeCompact, littleEndian } from "../../../passport/static/passport/verify/scale.js";
import { leafHash, nodeHash, splitPoint } from "../../../passport/static/passport/verify/tree.js";
import { getPublicKey, sign } from "../../../passport/static/passport/verify/vendor/noble/ed25519/index.js";

const toBase64 = (bytes) => Buffer.from(bytes).toString("base64");
export const ORIGIN = "log.example";
export const TIME = new Date("2026-03-12T14:05:00Z");
const EXACT = '{"extensions":{"http://x.example/n":9007199254740993}}';
const SECRET = sha256(utf8("the secret key of the tests' log"));
const KEY = concat([Uint8Array.of(1), getPublicKey(SECRET)]);
const KEY_ID = sha256(concat([utf8(`${ORIGIN}\n`), KEY])).subarray(0, 4);
export const VKEY = `${ORIGIN}+${toHex(KEY_ID).slice(2)}+${toBase64(KEY)}`;

/** The statement at an index of the log; every seventh has a number beyond doubles. */
export const statement = (index) => ({
  id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
  actor: { mbox: `mailto:learner${index % 5}@school.example`, name: "Lucía Muñoz" },
  verb: { id: "http://adlnet.gov/expapi/verbs/answered", display: { es: "respondió" } },
  object: { id: `http://school.example/quiz/question/${index}` },
  result: { score: { scaled: (index % 11) / 10 }, response: "π ≈ 3.14 \u{1f680}" },
  stored: "2026-03-12T10:00:00.000Z",
  timestamp: "2026-03-12T10:00:00.000Z",
  version: "1.0.3",
  ...(index % 7 === 3 ? { context: EXACT } : {}),
});

/** What each slot of the statement at an index commits to and how a bundle discloses it. */
function slotsOf(index) {
  const seed = sha256(utf8(`seed ${index}`));
  const whole = statement(index);
  return SLOTS.map((slot) => {
    const salt = hmacSha256(seed, utf8(`keiko/v1/salt\0${slot}`));
    const exact = slot === "context" ? EXACT : undefined;
    const [commitment, opened] = !(slot in whole)
      ? [commitAbsent(salt, slot), { absent: true }]
      : exact
        ? [commitExact(salt, slot, exact), { exact }]
        : [commitValue(salt, slot, whole[slot]), { value: whole[slot] }];
    const shown = { commitment: toBase64(commitment), salt: toBase64(salt), ...opened };
    return { slot, commitment, shown };
  });
}

const leaves = new Map();
function leafAt(index) {
  if (!leaves.has(index))
    leaves.set(index, leafHash(statementEntry(slotsOf(index).map(({ commitment }) => commitment))));
  return leaves.get(index);
}

/** The root over leaves low ≤ i < high, as RFC 6962 defines it. */
export function rootOf(low, high) {
  if (high - low === 1) return leafAt(low);
  const middle = low + splitPoint(high - low);
  return nodeHash(rootOf(low, middle), rootOf(middle, high));
}

/** The multi-proof of some indexes, as the format defines it. */
export function multiproof(indexes, low, high) {
  if (!indexes.some((index) => low <= index && index < high)) return [rootOf(low, high)];
  if (high - low === 1) return [];
  const middle = low + splitPoint(high - low);
  return [...multiproof(indexes, low, middle), ...multiproof(indexes, middle, high)];
}

/** RFC 6962, section 2.1.2: SUBPROOF(m, D[low:high], whole). */
export function consistency(m, low, high, whole = true) {
  const n = high - low;
  if (m === n) return whole ? [] : [rootOf(low, high)];
  const k = splitPoint(n);
  return m <= k
    ? [...consistency(m, low, low + k, whole), rootOf(low + k, high)]
    : [...consistency(m - k, low + k, high, false), rootOf(low, low + k)];
}

/** A signed checkpoint of the first `size` records. */
export function checkpoint(size, { origin = ORIGIN, root = rootOf(0, size) } = {}) {
  const body = `${origin}\n${size}\n${toBase64(root)}\n`;
  const signature = toBase64(concat([KEY_ID, sign(utf8(body), SECRET)]));
  return `${body}\n— ${ORIGIN} ${signature}\n`;
}

/**
 * A chain block whose state (trie layout V1) holds its time and these anchors, [seq, size, root]
 * each. Its proof is all nodes of that state.
 */
export function block(number, ...anchors) {
  const items = anchors.map(([seq, size, root]) => [
    uniquesAttributeKey(1, ORIGIN, seq),
    concat([encodeCompact(40), u64(size), root, littleEndian(10, 16)]),
  ]);
  const nodes = trie([...items, [TIMESTAMP_NOW_KEY, littleEndian(TIME.getTime(), 8)]]);
  const header = {
    parentHash: toHex(sha256(utf8(`parent of ${number}`))),
    number: `0x${number.toString(16)}`,
    stateRoot: toHex(blake2b256(nodes[0])),
    extrinsicsRoot: toHex(sha256(utf8("extrinsics"))),
    digest: { logs: ["0x0661757261200000000000000000"] },
  };
  const hash = toHex(hashOfHeader(readHeader(header)));
  return { hash, header, proof: nodes.map(toHex) };
}

/** The nodes and long values of the trie of [key, value] pairs (bytes), the root first. */
function trie(items) {
  const nodes = [];
  const nibbles = (bytes) => Array.from(bytes).flatMap((byte) => [byte >> 4, byte & 15]);

  /** The node over pairs whose keys agree in their first `depth` nibbles; kept, or put in place. */
  function node(pairs, depth) {
    const place = nodes.push(null) - 1;
    const first = pairs[0][0];
    const agrees = (at) => pairs.every(([key]) => at < key.length && key[at] === first[at]);
    let end = depth;
    while (agrees(end)) end++;
    const partial = first.slice(depth, end);
    let encoded;
    if (pairs.length === 1) encoded = leaf(partial, pairs[0][1]);
    else {
      // No key is the beginning of another here, so branches hold no values.
      const slots = [...new Set(pairs.map(([key]) => key[end]))].sort((x, y) => x - y);
      const children = slots.map((slot) => node(pairs.filter(([key]) => key[end] === slot), end + 1));
      const bitmap = slots.reduce((bits, slot) => bits | (1 << slot), 0);
      const listed = children.flatMap((child) => [encodeCompact(child.length), child]);
      encoded = concat([head(0x80, 6, partial), littleEndian(bitmap, 2), ...listed]);
    }
    nodes[place] = encoded;
    return encoded.length < 32 ? encoded : blake2b256(encoded);
  }

  function leaf(partial, value) {
    if (value.length <= 32)
      return concat([head(0x40, 6, partial), encodeCompact(value.length), value]);
    nodes.push(value);
    return concat([head(0x20, 5, partial), blake2b256(value)]);
  }

  function head(prefix, bits, partial) {
    const most = (1 << bits) - 1;
    const bytes = [prefix | Math.min(partial.length, most)];
    let rest = partial.length - most;
    for (; rest >= 255; rest -= 255) bytes.push(255);
    if (rest >= 0) bytes.push(rest);
    const padded = partial.length % 2 ? [0, ...partial] : partial;
    for (let i = 0; i < padded.length; i += 2) bytes.push((padded[i] << 4) | padded[i + 1]);
    return Uint8Array.from(bytes);
  }

  node(items.map(([key, value]) => [nibbles(key), value]), 0);
  return nodes.filter((one, i) => i === 0 || one.length >= 32);
}

export const GENESIS = toHex(sha256(utf8("genesis")));
export const place = (nodes) => ({
  adapter: "uniques",
  collection: 1,
  chain: { name: "Test chain", genesis: GENESIS, nodes },
});

/** The anchor `seq` of the first `size` records, as a bundle holds it. */
export function anchor(number, seq, size, nodes) {
  const { hash, header, proof } = anchorBlock(number, seq, size);
  return { ...place(nodes), seq, block: { hash, header }, proof };
}

/** A bundle's JSON value. `withheld` are the slots not shown. */
export function bundle({ indexes, size, withheld = [], share = {}, nodes = [] }) {
  const records = indexes.map((index) => ({
    index,
    kind: "statement",
    slots: Object.fromEntries(
      slotsOf(index).map(({ slot, commitment, shown }) => [
        slot,
        withheld.includes(slot) ? { commitment: toBase64(commitment) } : shown,
      ]),
    ),
  }));
  return {
    format: "keiko-bundle/v1",
    origin: ORIGIN,
    share: {
      title: "Mathematics 1",
      learner: "Lucía Muñoz",
      institution: "Colegio del Río",
      created: "2026-03-13T08:00:00Z",
      expires: null,
      status_url: null,
      ...share,
    },
    records,
    checkpoint: checkpoint(size),
    proof: multiproof(indexes, 0, size).map(toBase64),
    anchor: anchor(100, 3, size, nodes),
  };
}

export const trust = ({ url = "http://127.0.0.1:9/log", nodes = [], ...more } = {}) => ({
  format: "keiko-trust/v1",
  logs: [{ origin: ORIGIN, name: "Colegio del Río", key: VKEY, url, anchors: [place(nodes)], ...more }],
});

export const textOf = (value) => JSON.stringify(value);

/**
 * A node and the log's and the share's answers on a real port of this machine. `answers` holds
 * {rpc: method → (params) → result, "/path": JSON value}; a missing one is HTTP 404.
 */
export async function serve(answers) {
  const server = http.createServer(async (request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    const parts = [];
    for await (const part of request) parts.push(part);
    let body = answers[path];
    if (path === "/rpc") {
      const { id, method, params } = JSON.parse(Buffer.concat(parts));
      const handler = answers.rpc[method];
      body = handler
        ? { jsonrpc: "2.0", id, result: handler(...params) }
        : { jsonrpc: "2.0", id, error: { code: -32601, message: "Method not found" } };
    }
    response.writeHead(body === undefined ? 404 : 200, { "Content-Type": "application/json" });
    response.end(body === undefined ? "" : JSON.stringify(body));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  return { url, close: () => new Promise((resolve) => server.close(resolve)) };
}

/** A block that holds one anchor: of the log's first `size` records. */
export const anchorBlock = (number, seq, size) => block(number, [seq, size, rootOf(0, size)]);

/** How a node answers whose finalised head is the first of these blocks. */
export function nodeAnswers(...blocks) {
  const byHash = new Map(blocks.map((one) => [one.hash, one]));
  const byNumber = new Map(blocks.map((one) => [Number(one.header.number), one.hash]));
  return {
    chain_getBlockHash: (number) => (number === 0 ? GENESIS : (byNumber.get(number) ?? null)),
    chain_getFinalizedHead: () => blocks[0].hash,
    chain_getHeader: (hash) => byHash.get(hash)?.header ?? null,
    state_getReadProof: (_keys, hash) => ({ at: hash, proof: byHash.get(hash).proof }),
    system_name: () => "Test node",
    system_version: () => "1.0",
  };
}
