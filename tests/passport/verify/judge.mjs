// Says of many texts whether they are refused, for the fuzzing that compares the two verifiers. Reads from stdin
// {key, texts: [[kind, base64]]}; prints [whether each is taken]: of a value, its canonical text.

import fs from "node:fs";

import { fromUtf8 } from "../../../passport/static/passport/verify/encoding.js";
import { readersOf, refusalOf } from "./cases.mjs";

const { key, texts } = JSON.parse(fs.readFileSync(0, "utf8"));
const readers = await readersOf(key, (name) => import(`../../../passport/static/passport/verify/${name}`));
const taken = texts.map(([kind, encoded]) => {
  const text = fromUtf8(new Uint8Array(Buffer.from(encoded, "base64")));
  if (text === null || refusalOf(readers[kind], text) !== null) return false;
  return kind === "canonical" ? readers[kind](text) : true;
});
console.log(JSON.stringify(taken));
