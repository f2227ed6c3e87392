import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { CHECK_IDS, verify } from "../../../passport/static/passport/verify/verification.js";
import * as sample from "./sample.mjs";

const INDEXES = [2, 3, 9];
const SIZE = 13;
const NEWEST = 20;
const OFFLINE = { fetch: null, trust: sample.textOf(sample.trust()) };

const outcomes = (report) => Object.fromEntries(report.checks.map(({ id, outcome }) => [id, outcome]));
const detail = (report, id) => report.checks.find((check) => check.id === id).detail;

/** What the share's server answers. */
const active = (records) => ({
  share: "active",
  records: { covered: INDEXES, voided: [], erased: [], ...records },
});
const closed = (share) => ({ share, records: { covered: [], voided: [], erased: [] } });

/** A report on a bundle after `change`, made without network. */
async function offline(change = () => {}, options = {}) {
  const bundle = sample.bundle({ indexes: INDEXES, size: SIZE, withheld: ["actor"] });
  change(bundle);
  return verify(sample.textOf(bundle), { ...OFFLINE, ...options });
}

describe("without network", () => {
  test("a bundle's records, inclusion and checkpoint pass; what needs answers could not be checked", async () => {
    const report = await offline();
    assert.deepEqual(outcomes(report), {
      records: "passed",
      inclusion: "passed",
      checkpoint: "passed",
      anchor: "could_not_check",
      consistency: "could_not_check",
      status: "could_not_check",
    });
    assert.equal(report.outcome, "could_not_check");
    assert.equal(detail(report, "anchor").data.number, 100);
    assert.equal(detail(report, "anchor").data.time, "2026-03-12T14:05:00.000Z");
  });

  test("each check is told once, in order, when it ends", async () => {
    const told = [];
    await offline(() => {}, { onCheck: ({ id }) => told.push(id) });
    assert.deepEqual(told, [...CHECK_IDS]);
  });

  test("UTF-8 bytes are as good as a text; other bytes are unreadable", async () => {
    const bytes = new TextEncoder().encode(
      sample.textOf(sample.bundle({ indexes: INDEXES, size: SIZE })),
    );
    assert.equal((await verify(bytes, OFFLINE)).checks[1].outcome, "passed");
    bytes[bytes.indexOf("L".charCodeAt(0))] = 0xff;
    assert.equal((await verify(bytes, OFFLINE)).outcome, "failed");
  });

  test("a changed score fails the records, says which, and hides every later claim", async () => {
    const report = await offline((bundle) => {
      bundle.records[0].slots.result.value.score.scaled = 1;
    });
    assert.deepEqual(Object.values(outcomes(report)), ["failed", ...Array(5).fill("could_not_check")]);
    assert.equal(detail(report, "records").text, "Changed after it was recorded: record 2, result.");
    assert.equal(detail(report, "anchor").code, "check.skipped");
    assert.equal(report.outcome, "failed");
    assert.equal(report.anchor, null);
  });

  test("a value that should have been shown as exact text makes the bundle unreadable", async () => {
    const bundle = sample.textOf(sample.bundle({ indexes: INDEXES, size: SIZE }));
    for (const number of ["9007199254740993", "1e16", "1e400"]) {
      const changed = bundle.replace('"scaled":0.2', `"scaled":${number}`);
      assert.notEqual(changed, bundle);
      const report = await verify(changed, OFFLINE);
      assert.equal(report.checks[0].outcome, "failed");
      assert.equal(detail(report, "records").code, "bundle.unreadable");
    }
  });

  test("a number written otherwise is the same value", async () => {
    const bundle = sample.textOf(sample.bundle({ indexes: INDEXES, size: SIZE }));
    const report = await verify(bundle.replace('"scaled":0.2', '"scaled":2.0e-1'), OFFLINE);
    assert.equal(outcomes(report).records, "passed");
    assert.equal(String(report.bundle.records[0].slots.result.value.score.scaled), "2.0e-1");
  });

  for (const [what, change] of [
    ["an exact text", (bundle) => (bundle.records[1].slots.context.exact += " ")],
    ["an absent property's salt", (bundle) => (bundle.records[0].slots.attachments.salt = bundle.proof[0])],
    ["a commitment beside its value", (bundle) => (bundle.records[0].slots.verb.commitment = bundle.proof[0])],
    ["two values, swapped", ({ records: [{ slots }] }) => {
      [slots.stored.value, slots.version.value] = [slots.version.value, slots.stored.value];
    }],
    ["a value given as exact text", (bundle) => {
      const slot = bundle.records[0].slots.version;
      slot.exact = JSON.stringify(slot.value);
      delete slot.value;
    }],
  ])
    test(`${what} that was changed fails the records`, async () => {
      assert.equal(outcomes(await offline(change)).records, "failed");
    });

  for (const [what, change] of [
    ["a record's index", (bundle) => (bundle.records[0].index = 1)],
    ["a withheld commitment", (bundle) => (bundle.records[0].slots.actor.commitment = bundle.proof[0])],
    ["a proof with one hash less", (bundle) => bundle.proof.pop()],
    ["a proof with one hash more", (bundle) => bundle.proof.push(bundle.proof[0])],
    ["a record left out", (bundle) => bundle.records.pop()],
  ])
    test(`${what} that was changed fails inclusion`, async () => {
      assert.equal(outcomes(await offline(change)).inclusion, "failed");
    });

  test("a checkpoint signed by another key fails", async () => {
    const report = await offline((bundle) => {
      bundle.checkpoint = bundle.checkpoint.replace(/.{8}\n$/, "AAAAAA==\n");
    });
    assert.equal(outcomes(report).checkpoint, "failed");
  });

  test("a checkpoint of another log than the bundle's fails", async () => {
    const report = await offline((bundle) => {
      bundle.checkpoint = sample.checkpoint(SIZE, { origin: "other.example" });
    });
    assert.equal(detail(report, "checkpoint").code, "checkpoint.otherOrigin");
  });

  test("without trust, checkpoint and anchor could not be checked and say how to get it", async () => {
    const report = await offline(() => {}, { trust: null });
    assert.equal(outcomes(report).checkpoint, "could_not_check");
    assert.equal(outcomes(report).anchor, "could_not_check");
    assert.equal(report.checks[2].advice.code, "advice.getTrust");
  });

  test("a trust policy is taken as text, bytes or JSON value", async () => {
    const value = sample.trust();
    for (const trust of [value, sample.textOf(value), new TextEncoder().encode(sample.textOf(value))])
      assert.equal(outcomes(await offline(() => {}, { trust })).checkpoint, "passed");
  });

  test("an unreadable trust policy is an error of its own, not of the bundle", async () => {
    await assert.rejects(offline(() => {}, { trust: '{"format":"keiko-trust/v2","logs":[]}' }), {
      name: "TrustError",
      code: "shape.wrong",
    });
  });

  for (const [what, change, code] of [
    ["a header", (anchor) => (anchor.block.header.number = "0x65"), "anchor.headerHash"],
    ["a block hash", (anchor) => (anchor.block.hash = sample.GENESIS), "anchor.headerHash"],
    ["the anchor's number", (anchor) => (anchor.seq = 4), "anchor.absent"],
    ["a proof without a node", (anchor) => anchor.proof.pop(), "trie.missing"],
    ["a proof with a spare node", (anchor) => anchor.proof.push("0x00"), "anchor.spareNodes"],
    ["a proof with a node twice", (anchor) => anchor.proof.push(anchor.proof[0]), "anchor.spareNodes"],
  ])
    test(`${what} that was changed fails the anchor`, async () => {
      const report = await offline((bundle) => change(bundle.anchor));
      assert.equal(outcomes(report).anchor, "failed");
      assert.equal(detail(report, "anchor").code, code);
    });

  test("an anchor of another checkpoint fails", async () => {
    const report = await offline((bundle) => (bundle.anchor = sample.anchor(100, 3, SIZE + 1, [])));
    assert.equal(detail(report, "anchor").code, "anchor.size");
  });

  test("an anchor on a chain that the trust does not name could not be checked", async () => {
    const report = await offline((bundle) => (bundle.anchor.collection = 2));
    assert.equal(detail(report, "anchor").code, "anchor.untrustedPlace");
    assert.equal(outcomes(report).anchor, "could_not_check");
  });

  test("a bundle that is not anchored yet could not be checked further", async () => {
    const report = await offline((bundle) => (bundle.anchor = null));
    assert.equal(detail(report, "anchor").code, "anchor.none");
    assert.equal(outcomes(report).consistency, "could_not_check");
  });

  test("an expired share fails its status", async () => {
    const expire = (bundle) => (bundle.share.expires = "2026-04-01T00:00:00+02:00");
    const just = new Date("2026-03-31T22:00:00Z");
    assert.equal(outcomes(await offline(expire, { now: just })).status, "failed");
    const before = new Date("2026-03-31T21:59:59Z");
    assert.equal(outcomes(await offline(expire, { now: before })).status, "could_not_check");
  });
});

describe("with a node, the log and the share's server", () => {
  let server;
  let answers;

  before(async () => {
    const newest = sample.anchor(120, 4, NEWEST, []);
    // The current state holds both anchors.
    const anchors = [[3, SIZE], [4, NEWEST]].map(([seq, size]) => [seq, size, sample.rootOf(0, size)]);
    const blocks = [sample.anchorBlock(100, 3, SIZE), sample.anchorBlock(120, 4, NEWEST)];
    answers = {
      rpc: sample.nodeAnswers(sample.block(130, ...anchors), ...blocks),
      "/log/anchors/latest": {
        checkpoint: sample.checkpoint(NEWEST),
        anchor: newest,
        consistency: sample.consistency(SIZE, 0, NEWEST).map((hash) => Buffer.from(hash).toString("base64")),
      },
      "/status": { share: "active", records: { covered: [1, ...INDEXES], voided: [1], erased: [] } },
    };
    server = await sample.serve(new Proxy({}, { get: (_, name) => answers[name] }));
  });
  after(() => server.close());

  async function online(change = () => {}, options = {}) {
    const url = `${server.url}/log`;
    const bundle = sample.bundle({
      indexes: INDEXES,
      size: SIZE,
      share: { status_url: `${server.url}/status` },
    });
    change(bundle);
    const trust = sample.textOf(sample.trust({ url, nodes: [`${server.url}/rpc`] }));
    return verify(sample.textOf(bundle), { trust, ...options });
  }

  /** A report while the server answers differently. */
  async function whileAnswering(changed, ...rest) {
    const kept = answers;
    answers = { ...kept, ...changed };
    try {
      return await online(...rest);
    } finally {
      answers = kept;
    }
  }

  test("everything passes", async () => {
    const report = await online();
    assert.deepEqual(Object.values(outcomes(report)), Array(6).fill("passed"));
    assert.equal(report.outcome, "passed");
    const { agreeing, asked, answers: said } = detail(report, "anchor").data;
    assert.deepEqual([agreeing, asked, said[0].node], [1, 1, "Test node 1.0"]);
  });

  test("a node that does not answer is reported beside one that agrees", async () => {
    const nodes = ["http://127.0.0.1:9", `${server.url}/rpc`, `${server.url}/nothing`];
    const report = await online(() => {}, { nodes });
    const { agreeing, asked, answers: said } = detail(report, "anchor").data;
    assert.equal(outcomes(report).anchor, "passed");
    assert.deepEqual([agreeing, asked], [1, 3]);
    assert.deepEqual(said.map(({ kind }) => kind), ["silent", "agrees", "silent"]);
  });

  test("no node that answers means could not check, with what to do", async () => {
    const report = await online(() => {}, { nodes: ["http://127.0.0.1:9"] });
    assert.equal(detail(report, "anchor").code, "anchor.unanswered");
    assert.equal(outcomes(report).anchor, "could_not_check");
    assert.equal(report.checks[3].advice.code, "advice.node");
  });

  for (const [what, method, answer] of [
    ["a finalised head that is none", "chain_getFinalizedHead", null],
    ["a block hash that is not hexadecimal", "chain_getBlockHash", "garbage"],
    ["a header with another member", "chain_getHeader", { extra: 1 }],
    ["a read proof without its nodes", "state_getReadProof", { proof: [] }],
  ])
    test(`a node that answers ${what} cannot tell`, async () => {
      const rpc = { ...answers.rpc, [method]: () => answer };
      const report = await whileAnswering({ rpc });
      assert.equal(outcomes(report).anchor, "could_not_check");
    });

  test("a node of another chain cannot tell", async () => {
    const rpc = { ...answers.rpc, chain_getBlockHash: () => `0x${"ab".repeat(32)}` };
    const report = await whileAnswering({ rpc });
    assert.equal(outcomes(report).anchor, "could_not_check");
    assert.match(detail(report, "anchor").text, /another chain/);
  });

  test("a block that is not final yet could not be checked", async () => {
    const rpc = sample.nodeAnswers(sample.anchorBlock(99, 3, SIZE));
    const report = await whileAnswering({ rpc });
    assert.equal(outcomes(report).anchor, "could_not_check");
    assert.match(detail(report, "anchor").text, /finalised block 99/);
  });

  test("a node whose state holds another root contradicts the anchor", async () => {
    const head = sample.block(130, [3, SIZE, sample.rootOf(0, 5)]);
    const rpc = sample.nodeAnswers(head, sample.anchorBlock(100, 3, SIZE));
    const report = await whileAnswering({ rpc });
    assert.equal(outcomes(report).anchor, "failed");
    assert.equal(detail(report, "anchor").data.contradicting, 1);
  });

  test("a node with another block at that height contradicts the anchor", async () => {
    const rpc = sample.nodeAnswers(sample.anchorBlock(130, 3, SIZE), sample.anchorBlock(100, 3, 5));
    const report = await whileAnswering({ rpc });
    assert.equal(outcomes(report).anchor, "failed");
  });

  test("a node that never answers is given up in time", async () => {
    const fetch = (url, { signal }) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const report = await online(() => {}, { fetch, timeout: 20 });
    assert.deepEqual(Object.values(outcomes(report)).slice(3), Array(3).fill("could_not_check"));
  });

  test("a log that does not continue its anchored past fails consistency", async () => {
    const latest = { ...answers["/log/anchors/latest"], consistency: [] };
    assert.equal(outcomes(await whileAnswering({ "/log/anchors/latest": latest })).consistency, "failed");
  });

  test("a log that answers with an older anchor could not be checked", async () => {
    const latest = { checkpoint: sample.checkpoint(5), anchor: sample.anchor(90, 2, 5, []), consistency: [] };
    const report = await whileAnswering({ "/log/anchors/latest": latest });
    assert.equal(detail(report, "consistency").code, "consistency.older");
    assert.equal(outcomes(report).consistency, "could_not_check");
  });

  test("an answer that the log did not sign says nothing about the log", async () => {
    const latest = answers["/log/anchors/latest"];
    const checkpoint = latest.checkpoint.replace(/.{8}\n$/, "AAAAAA==\n");
    const report = await whileAnswering({ "/log/anchors/latest": { ...latest, checkpoint } });
    assert.equal(outcomes(report).consistency, "could_not_check");
  });

  test("a newest checkpoint that is not the one in its anchor fails consistency", async () => {
    const latest = { ...answers["/log/anchors/latest"], anchor: sample.anchor(120, 4, NEWEST - 1, []) };
    const report = await whileAnswering({ "/log/anchors/latest": latest });
    assert.equal(outcomes(report).consistency, "failed");
    assert.equal(detail(report, "consistency").code, "anchor.size");
  });

  test("a bundle that was made before an anchor is still consistent with the newest", async () => {
    const report = await online((bundle) => (bundle.anchor = null));
    assert.equal(outcomes(report).anchor, "could_not_check");
    assert.equal(outcomes(report).consistency, "passed");
  });

  test("a server that sends the question elsewhere gave no answer", async () => {
    const report = await online((bundle) => (bundle.share.status_url = `${server.url}/moved`));
    assert.equal(outcomes(report).status, "could_not_check");
  });

  test("a log without an anchor that reaches the bundle could not be checked", async () => {
    const report = await whileAnswering({ "/log/anchors/latest": undefined });
    assert.equal(outcomes(report).consistency, "could_not_check");
    assert.equal(detail(report, "consistency").code, "consistency.none");
  });

  for (const [what, status, code] of [
    ["a withdrawn share", closed("withdrawn"), "status.withdrawn"],
    ["an expired share", closed("expired"), "status.expired"],
    ["a voided record", active({ voided: [9] }), "status.voided"],
    ["an erased record", active({ erased: [2, 7] }), "status.erased"],
    ["the status of another share", active({ covered: [4, 5] }), "status.otherShare"],
    ["a record that the share does not cover", active({ covered: [2, 3] }), "status.otherShare"],
    ["a record not covered before one voided", active({ covered: [2, 3], voided: [2] }), "status.otherShare"],
  ])
    test(`${what} fails the status`, async () => {
      const report = await whileAnswering({ "/status": status });
      assert.equal(outcomes(report).status, "failed");
      assert.equal(detail(report, "status").code, code);
    });

  test("only the log's own server is asked for the status", async () => {
    const asked = [];
    const fetch = (url, request) => {
      asked.push(url);
      return globalThis.fetch(url, request);
    };
    const change = (bundle) => (bundle.share.status_url = "http://127.0.0.1:9/status");
    const report = await online(change, { fetch });
    assert.equal(detail(report, "status").code, "status.otherServer");
    assert.ok(asked.every((url) => url.startsWith(server.url)));
  });

  test("the records that another share does not cover are named, with what to do", async () => {
    const report = await whileAnswering({ "/status": active({ covered: [3] }) });
    const check = report.checks.find(({ id }) => id === "status");
    assert.match(check.detail.text, /belongs to another share than this file: .* record\(s\) 2, 9\./);
    assert.equal(check.advice.text, "Ask the learner for the proof link.");
  });

  for (const [what, status] of [
    ["an answer that is no status", { share: "fine" }],
    ["a status that does not say what is covered", { share: "active", records: { voided: [], erased: [] } }],
    ["a status that says more than the format", active({ hidden: [] })],
  ])
    test(`${what} could not be checked`, async () => {
      const report = await whileAnswering({ "/status": status });
      assert.equal(outcomes(report).status, "could_not_check");
    });
});
