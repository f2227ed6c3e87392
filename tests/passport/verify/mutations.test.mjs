import assert from "node:assert/strict";
import { test } from "node:test";

import { verify } from "../../../passport/static/passport/verify/verification.js";
import * as sample from "./sample.mjs";

const SIZE = 5;
const HOST = "http://log.example";
const NOW = new Date("2026-06-01T00:00:00Z");

/**
 * What may be changed in a bundle that still passes: what Keiko says without proof, and the names
 * and nodes of the chain, which are never used (the trust policy's are).
 */
const UNPROVEN = [
  "anchor.chain.name",
  "anchor.chain.nodes.0",
  "share.created",
  "share.expires",
  "share.institution",
  "share.learner",
  // Only to another spelling of the same address.
  "share.status_url",
  "share.title",
];

const bundle = sample.bundle({
  indexes: [3],
  size: SIZE,
  withheld: ["actor", "authority", "object", "stored", "timestamp", "verb"],
  share: { expires: "2027-01-01T00:00:00Z", status_url: `${HOST}/p/a/status` },
  nodes: ["http://node.example"],
});
const original = JSON.stringify(bundle);
const trust = sample.trust({ url: `${HOST}/log`, nodes: ["http://trusted.example"] });

const anchored = sample.anchorBlock(100, 3, SIZE);
const node = sample.nodeAnswers(anchored);
const answers = {
  [`${HOST}/log/anchors/latest?from=${SIZE}`]: {
    checkpoint: bundle.checkpoint,
    anchor: bundle.anchor,
    consistency: [],
  },
  [`${HOST}/p/a/status`]: { share: "active", records: { covered: [3], voided: [], erased: [] } },
};

/** The network of these tests: the log, the share's server and one node. */
async function network(address, request) {
  const url = new URL(address).href;
  if (url === "http://trusted.example/") {
    const { method, params } = JSON.parse(request.body);
    return Response.json({ result: node[method](...params) });
  }
  if (url in answers) return Response.json(answers[url]);
  throw new TypeError("fetch failed");
}

const check = (text) => verify(text, { trust, fetch: network, now: NOW });

/** The same numbers on every run. */
function* random(seed) {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state;
  }
}

/** The paths at which two JSON values differ. */
function differences(a, b, path = "") {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null)
    return Object.is(a, b) || a === b ? [] : [path.slice(1)];
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].flatMap((name) => differences(a[name], b[name], `${path}.${name}`));
}

/** Every report must be whole; one that passes may differ in what is unproven only. */
async function survivors(changes) {
  const reached = new Set();
  for (const changed of changes) {
    const report = await check(changed);
    assert.equal(report.checks.length, 6);
    for (const { outcome, detail } of report.checks) {
      assert.match(outcome, /^(passed|failed|could_not_check)$/);
      assert.ok(!/\bat \w+.*\.js:\d+|undefined|\[object|\{\w+\}/.test(detail.text), detail.text);
    }
    if (report.outcome === "passed")
      for (const path of differences(bundle, JSON.parse(changed))) reached.add(path);
  }
  return [...reached].sort();
}

test("the bundle itself passes", async () => {
  const report = await check(original);
  assert.equal(report.outcome, "passed", JSON.stringify(report.checks, null, 1));
});

test("a bundle with any one character replaced passes only where nothing is proven", async () => {
  const letters = ' "\\,:{}[]0123456789+-.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/=ñ\u0000\ud83d';
  const numbers = random(7);
  const changes = [];
  for (let at = 0; at < original.length; at++) {
    const letter = letters[numbers.next().value % letters.length];
    if (letter !== original[at]) changes.push(original.slice(0, at) + letter + original.slice(at + 1));
  }
  // Digits to digits and hexadecimal digits to others: changes that keep the form.
  for (let at = 0; at < original.length; at++)
    if (/[0-9]/.test(original[at]))
      changes.push(original.slice(0, at) + ((Number(original[at]) + 1) % 10) + original.slice(at + 1));
  // Another case of a letter.
  for (let at = 0; at < original.length; at += 3) {
    const swapped = original[at] === original[at].toLowerCase() ? original[at].toUpperCase() : original[at].toLowerCase();
    if (swapped !== original[at]) changes.push(original.slice(0, at) + swapped + original.slice(at + 1));
  }
  assert.ok(changes.length > 4000, String(changes.length));
  assert.deepEqual(await survivors(changes), UNPROVEN);
});

test("a bundle with a character less or more passes only where nothing is proven", async () => {
  const changes = [];
  for (let at = 0; at < original.length; at += 5) {
    changes.push(original.slice(0, at) + original.slice(at + 1));
    changes.push(original.slice(0, at) + original[at] + original.slice(at));
  }
  for (const path of await survivors(changes)) assert.ok(UNPROVEN.includes(path), path);
});

test("white space between the parts means nothing", async () => {
  assert.equal((await check(JSON.stringify(bundle, null, 3))).outcome, "passed");
});
