import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";

import { MESSAGES, format, message } from "../../../passport/static/passport/verify/messages.js";

const FOLDER = path.join(import.meta.dirname, "../../../passport/static/passport/verify");
const sources = fs
  .readdirSync(FOLDER)
  .filter((name) => name.endsWith(".js") && name !== "messages.js")
  .map((name) => fs.readFileSync(path.join(FOLDER, name), "utf8"))
  .join("\n");

test("every message that the verifier may give has its words, and no words are left over", () => {
  const used = new Set([...sources.matchAll(/["`]([a-z]+\.[a-zA-Z0-9]+)["`]/g)].map(([, code]) => code));
  const kinds = new Set(Object.keys(MESSAGES).map((code) => code.split(".")[0]));
  const codes = [...used].filter((code) => kinds.has(code.split(".")[0]) && !["digest.logs"].includes(code));
  for (const change of ["erased", "voided"]) codes.push(`status.${change}`);
  assert.deepEqual([...new Set(codes)].sort(), Object.keys(MESSAGES).sort());
});

test("a message has its data in its text", () => {
  assert.deepEqual(message("tree.index", { index: 3, size: 2 }), {
    code: "tree.index",
    data: { index: 3, size: 2 },
    text: "A tree of 2 records has no record 3.",
  });
  assert.equal(format("anchor.root"), "The chain holds another root for this anchor.");
  assert.throws(() => format("no.such"), RangeError);
});

test("data that looks like a placeholder stays as it is", () => {
  assert.equal(format("checkpoint.unknownLog", { origin: "{size}$&" }), "The trust policy does not name the log {size}$&.");
});
