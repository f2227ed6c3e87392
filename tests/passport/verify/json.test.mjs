import assert from "node:assert/strict";
import { test } from "node:test";

import { NumberText, parseJson } from "../../../passport/static/passport/verify/json.js";

const plain = (text) =>
  JSON.parse(JSON.stringify(parseJson(text), (_, value) => (value instanceof NumberText ? value.number : value)));

test("what JSON.parse takes comes out the same", () => {
  for (const text of [
    "null", "true", " false ", '""', '"\\u00f1\\"\\\\\\/\\b\\f\\n\\r\\t"', "[]", "{}", "[1,-0.5,2e3,1E-2]",
    '{"a":[{"b":null}],"":{"c":"ñ\u{1f680}"}}', '\t[\r\n1 , 2 ]\n', "9007199254740991", "-9007199254740991", "1e21",
  ])
    assert.deepEqual(plain(text), JSON.parse(text), text);
});

test("a name that occurs twice in one object is refused, where JSON.parse would take the last", () => {
  assert.throws(() => parseJson('{"a":1,"b":{"a":2},"a":3}'), { code: "json.duplicate", message: '$ has the name “a” twice.' });
  assert.throws(() => parseJson('{"a":1,"\\u0061":3}'), { code: "json.duplicate" });
  assert.throws(() => parseJson('[0,{"a b":{"x":[],"x":1}}]'), (error) => error.data.where === '$[1]["a b"]');
});

test("__proto__ and constructor are names like others", () => {
  const value = parseJson('{"__proto__":{"a":1},"constructor":2}');
  assert.deepEqual(Object.keys(value), ["__proto__", "constructor"]);
  assert.equal(value.a, undefined);
});

test("a number that JavaScript would write otherwise keeps its text", () => {
  for (const text of ["-9007199254740993", "123456789012345678901234567890", "1e400", "-1e400", "1.0", "2E1", "0.10"]) {
    const value = parseJson(text);
    assert.ok(value instanceof NumberText, text);
    assert.equal(String(value), text);
  }
});

test("what is not JSON is refused with the place", () => {
  for (const [text, code, at] of [
    ["", "json.end", 0], ["[1,", "json.end", 3], ['"abc', "json.end", 4], ["[1]]", "json.trailing", 3],
    ["[1,]", "json.unexpected", 3], ["{,}", "json.unexpected", 1], ['{"a"}', "json.unexpected", 4],
    ["01", "json.trailing", 1], ["+1", "json.unexpected", 0], [".5", "json.unexpected", 0], ["1.", "json.trailing", 1],
    ["nul", "json.unexpected", 0], ["NaN", "json.unexpected", 0], ["'a'", "json.unexpected", 0],
    ['"\\x"', "json.escape", 2], ['"\\u12g4"', "json.escape", 3], ['"a\nb"', "json.control", 2],
    ["\ufeff1", "json.unexpected", 0], ["[1 2]", "json.unexpected", 3], ["\u00a01", "json.unexpected", 0],
  ])
    assert.throws(() => parseJson(text), (error) => error.code === code && error.data.at === at, JSON.stringify(text));
});

test("nesting has a bound, so that no text exhausts the stack", () => {
  assert.throws(() => parseJson("[".repeat(100_000)), { code: "json.deep" });
  assert.throws(() => parseJson('{"a":'.repeat(100_000)), { code: "json.deep" });
});
