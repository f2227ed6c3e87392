// The project's own vectors (tests/vectors): the same cases that the Python verifier is held to.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";

import { wrongOfCase, wrongOfRefused } from "./cases.mjs";
import { parseBundle } from "../../../passport/static/passport/verify/bundle.js";
import { canonicalText } from "../../../passport/static/passport/verify/canonical.js";
import { SLOTS, recompute, statementEntry } from "../../../passport/static/passport/verify/commitments.js";
import { equal, fromBase64 } from "../../../passport/static/passport/verify/encoding.js";
import { parseJson } from "../../../passport/static/passport/verify/json.js";
import { rootFromMultiproof } from "../../../passport/static/passport/verify/multiproof.js";
import { openCheckpoint, readVerifierKey } from "../../../passport/static/passport/verify/notes.js";
import {
  checkConsistency,
  leafHash,
  nodeHash,
  rootFromInclusion,
  splitPoint,
} from "../../../passport/static/passport/verify/tree.js";
import { verify } from "../../../passport/static/passport/verify/verification.js";

const FOLDER = path.join(import.meta.dirname, "../../vectors");
const textOf = (name) => fs.readFileSync(path.join(FOLDER, name), "utf8");
const read = (name) => JSON.parse(textOf(name));
const hashes = (texts) => texts.map(fromBase64);

test("canonical numbers and names", () => {
  const { numbers, names } = read("canonical.json");
  for (const [text, expected] of Object.entries(numbers)) {
    const write = () => canonicalText(parseJson(text));
    if (expected === null) assert.throws(write, { code: "canonical.number" }, text);
    else assert.equal(write(), expected, text);
  }
  assert.equal(canonicalText(parseJson(names.json)), names.canonical);
});

function isExpressible(value) {
  try {
    canonicalText(value);
    return true;
  } catch (error) {
    assert.equal(error.name, "ProofError");
    return false;
  }
}

/** A property's object as the statement spells it: the shortest text that is JSON. */
function exactOf(statement, slot) {
  const start = statement.indexOf("{", statement.indexOf(`"${slot}"`));
  for (let end = statement.indexOf("}", start); end >= 0; end = statement.indexOf("}", end + 1)) {
    const text = statement.slice(start, end + 1);
    if (text.split("{").length === text.split("}").length) return text;
  }
  return assert.fail(`no object after ${slot}`);
}

test("the commitments, entries and leaves of statements, opened slot by slot", () => {
  const { records } = read("commitments.json");
  assert.ok(records.length >= 3);
  for (const { statement, salts, commitments, entry, leaf } of records) {
    const members = parseJson(statement);
    const open = (slot) => {
      if (!(slot in members)) return { absent: true };
      return isExpressible(members[slot]) ? { value: members[slot] } : { exact: exactOf(statement, slot) };
    };
    const found = SLOTS.map((slot) => recompute(slot, { salt: fromBase64(salts[slot]), ...open(slot) }));
    assert.deepEqual(found, hashes(SLOTS.map((slot) => commitments[slot])));
    assert.deepEqual(statementEntry(found), fromBase64(entry));
    assert.deepEqual(leafHash(statementEntry(found)), fromBase64(leaf));
  }
});

test("roots, and inclusion, consistency and multi-proofs of trees", () => {
  const tree = read("tree.json");
  const leaves = hashes(tree.leaves);
  const root = (low, high) => {
    if (high - low === 1) return leaves[low];
    const middle = low + splitPoint(high - low);
    return nodeHash(root(low, middle), root(middle, high));
  };
  for (const { index, size, proof } of tree.inclusion)
    assert.ok(equal(rootFromInclusion(index, size, leaves[index], hashes(proof)), root(0, size)));
  for (const { old, new: size, proof } of tree.consistency)
    checkConsistency(old, size, hashes(proof), root(0, old), root(0, size));
  for (const { indexes, size, proof } of tree.multiproof) {
    const shown = indexes.map((index) => [index, leaves[index]]);
    assert.ok(equal(rootFromMultiproof(shown, size, hashes(proof)), root(0, size)));
  }
  assert.ok(tree.inclusion.length && tree.consistency.length && tree.multiproof.length);
});

test("a verifier key and a signed checkpoint", () => {
  const { key, origin, size, root, note } = read("notes.json");
  assert.equal(readVerifierKey(key).name, origin);
  assert.deepEqual(openCheckpoint(note, key), { origin, size, root: fromBase64(root) });
  const wrong = note.replace(`\n${size}\n`, `\n${size + 1}\n`);
  assert.throws(() => openCheckpoint(wrong, key), { code: "note.signature" });
});

test("the bundle and the trust file, as a verifier gets them", async () => {
  const report = await verify(textOf("course.keiko.json"), { trust: textOf("trust.json"), fetch: null });
  const outcomes = report.checks.slice(0, 3).map(({ outcome }) => outcome);
  assert.deepEqual(outcomes, ["passed", "passed", "passed"]);
});

const vectors = read("verification.json");

const verifier = (name) => import(`../../../passport/static/passport/verify/${name}`);

describe("the cases of verification", () => {
  assert.ok(vectors.cases.length > 100);
  for (const one of vectors.cases)
    test(one.name, async () => {
      assert.equal(await wrongOfCase(vectors, one, verifier), "");
    });
});

test("what is to be refused is refused, at its place", async () => {
  const files = {
    refused: read("refused.json"),
    bundle: read("course.keiko.json"),
    notes: read("notes.json"),
    verification: vectors,
  };
  const { wrong, counted } = await wrongOfRefused(files, verifier);
  assert.deepEqual(wrong, []);
  // Of a bundle the verifier reads no tlog-proof and no tile.
  const kinds = Object.keys(files.refused).filter((kind) => !["tlog_proof", "tile_path", "trust_file"].includes(kind));
  for (const kind of kinds) assert.equal(counted[kind], files.refused[kind].length, kind);
});

test("a node of a read proof has a largest size", () => {
  const bundle = read("course.keiko.json");
  bundle.anchor.proof[0] = `0x${"00".repeat(65537)}`;
  assert.throws(() => parseBundle(JSON.stringify(bundle)), (error) => error.data.where === "$.anchor.proof[0]");
});
