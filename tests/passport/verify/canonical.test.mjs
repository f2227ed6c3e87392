import assert from "node:assert/strict";
import { test } from "node:test";

import { canonicalText } from "../../../passport/static/passport/verify/canonical.js";
import { parseJson } from "../../../passport/static/passport/verify/json.js";

const canonicalOf = (text) => canonicalText(parseJson(text));

test("the example of RFC 8785, section 3.2.2, without its 1E30", () => {
  const text = String.raw`{
    "numbers": [333333333.33333329, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`;
  assert.equal(
    canonicalOf(text),
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  );
});

test("names are sorted by UTF-16 code units, as in RFC 8785, section 3.2.3", () => {
  const text = String.raw`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`;
  assert.deepEqual(
    Object.values(JSON.parse(canonicalOf(text))).sort(),
    Object.values(JSON.parse(text)).sort(),
  );
  const order = [...canonicalOf(text).matchAll(/:"([^"]*)"/g)].map(([, value]) => value);
  assert.deepEqual(order, [
    "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
    "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh",
  ]);
});

test("the numbers of RFC 8785, appendix B, without integers beyond 2**53 - 1", () => {
  const view = new DataView(new ArrayBuffer(8));
  for (const [bits, text] of [
    ["0000000000000000", "0"], ["8000000000000000", "0"], ["0000000000000001", "5e-324"],
    ["8000000000000001", "-5e-324"], ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"], ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["41b3de4355555553", "333333333.3333332"], ["41b3de4355555557", "333333333.33333343"],
    ["becbf647612f3696", "-0.0000033333333333333333"], ["43143ff3c1cb0959", "1424953923781206.2"],
  ]) {
    view.setBigUint64(0, BigInt(`0x${bits}`));
    assert.equal(canonicalText(view.getFloat64(0)), text);
  }
});

test("1.0, 1e0 and 1 are one number; so are -0 and 0", () => {
  assert.equal(canonicalOf("[1.0,1e0,1,-0,-0.0,0]"), "[1,1,1,0,0,0]");
});

test("what not every implementation reads alike is refused", () => {
  for (const text of ["9007199254740992", "[-9007199254740993]", "1e16", "1E30", "1e400", '{"a":1e999}'])
    assert.throws(() => canonicalOf(text), { code: "canonical.number" });
  for (const text of ['"\\ud800"', '{"\\udc00":1}', '["\\udc00\\ud800"]'])
    assert.throws(() => canonicalOf(text), { code: "canonical.surrogate" });
  for (const value of [NaN, Infinity, undefined, 1n])
    assert.throws(() => canonicalText(value), { code: "canonical.number" });
});

test("100 levels are expressible, 101 are not", () => {
  const nested = (levels) => "[".repeat(levels) + "]".repeat(levels);
  assert.equal(canonicalOf(nested(100)), nested(100));
  assert.throws(() => canonicalOf(nested(101)), { code: "canonical.deep" });
});
