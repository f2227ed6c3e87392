// A strict reader of JSON (RFC 8259) that hides nothing.
//
// JSON.parse takes the last of two members with the same name and rounds large integers silently.
// Here a duplicate name is an error, and a number that JavaScript would write otherwise than it was
// written (12345678901234567890, 1.0, 1e400) is kept with its text: a `NumberText`.

import { ProofError } from "./errors.js";

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const HEX4 = /[0-9a-fA-F]{4}/y;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const WORDS = { t: ["true", true], f: ["false", false], n: ["null", null] };
const MOST_DEPTH = 1000;

/** A number as it was written, `text`, and its nearest double, `number`. */
export class NumberText {
  constructor(text) {
    this.text = text;
    this.number = Number(text);
  }

  toString() {
    return this.text;
  }
}

/** Whether a value read here is an object: neither a list, nor null, nor a NumberText. */
export const isObject = (value) =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof NumberText);

/**
 * The value of a JSON text. Objects have no prototype, so `__proto__` is a name like others.
 * Raises ProofError with what is wrong and at which character.
 */
export function parseJson(text) {
  return new Reader(text).document();
}

/** The JSON path of a member, from that of its object; odd names are escaped to plain ASCII. */
export function below(path, name) {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return `${path}.${name}`;
  const escape = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `${path}[${JSON.stringify(name).replace(/[^\x20-\x7e]/g, escape)}]`;
}

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    // The names and indexes that lead to the value being read.
    this.path = [];
  }

  document() {
    this.space();
    const value = this.value(0);
    this.space();
    if (this.at < this.text.length) this.fail("json.trailing");
    return value;
  }

  value(depth) {
    if (depth > MOST_DEPTH) this.fail("json.deep", { most: MOST_DEPTH });
    const first = this.text[this.at];
    if (first === "{") return this.object(depth);
    if (first === "[") return this.list(depth);
    if (first === '"') return this.string();
    if (first in WORDS) return this.word(...WORDS[first]);
    return this.number();
  }

  object(depth) {
    const members = Object.create(null);
    this.at++;
    this.space();
    if (this.skip("}")) return members;
    for (;;) {
      if (this.text[this.at] !== '"') this.fail("json.unexpected");
      const name = this.string();
      if (name in members) this.fail("json.duplicate", { name, where: this.where() });
      this.space();
      this.expect(":");
      this.space();
      this.path.push(name);
      members[name] = this.value(depth + 1);
      this.path.pop();
      this.space();
      if (this.skip("}")) return members;
      this.expect(",");
      this.space();
    }
  }

  list(depth) {
    const items = [];
    this.at++;
    this.space();
    if (this.skip("]")) return items;
    for (;;) {
      this.path.push(items.length);
      items.push(this.value(depth + 1));
      this.path.pop();
      this.space();
      if (this.skip("]")) return items;
      this.expect(",");
      this.space();
    }
  }

  string() {
    this.at++;
    let whole = "";
    for (;;) {
      whole += this.match(PLAIN);
      const next = this.text[this.at];
      if (next === undefined) this.fail("json.end");
      this.at++;
      if (next === '"') return whole;
      if (next !== "\\") this.fail("json.control", { at: this.at - 1 });
      whole += this.escaped();
    }
  }

  escaped() {
    const letter = this.text[this.at];
    if (letter === "u") {
      this.at++;
      const digits = this.match(HEX4);
      if (!digits) this.fail("json.escape");
      return String.fromCharCode(parseInt(digits, 16));
    }
    if (!(letter in ESCAPES)) this.fail("json.escape");
    this.at++;
    return ESCAPES[letter];
  }

  number() {
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    if (!found) this.fail(this.at < this.text.length ? "json.unexpected" : "json.end");
    this.at = NUMBER.lastIndex;
    const text = found[0];
    if (text === "-0") return 0;
    const number = Number(text);
    return String(number) === text ? number : new NumberText(text);
  }

  word(word, value) {
    if (!this.text.startsWith(word, this.at)) this.fail("json.unexpected");
    this.at += word.length;
    return value;
  }

  space() {
    while (" \t\n\r".includes(this.text[this.at] ?? "x")) this.at++;
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) return "";
    this.at = pattern.lastIndex;
    return found[0];
  }

  skip(character) {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  expect(character) {
    if (!this.skip(character)) this.fail(this.at < this.text.length ? "json.unexpected" : "json.end");
  }

  where() {
    const step = (path, part) => (typeof part === "number" ? `${path}[${part}]` : below(path, part));
    return this.path.reduce(step, "$");
  }

  fail(code, data = {}) {
    throw new ProofError(code, { at: this.at, where: "$", ...data });
  }
}
