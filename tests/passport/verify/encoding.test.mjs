import assert from "node:assert/strict";
import { test } from "node:test";

import { fromBase64, fromHex, fromUtf8, isWellFormed } from "../../../passport/static/passport/verify/encoding.js";

test("base64 is standard, padded, and has one spelling", () => {
  assert.deepEqual(fromBase64("AP8="), Uint8Array.of(0, 255));
  assert.deepEqual(fromBase64(""), Uint8Array.of());
  for (const wrong of ["AP8", "AP9=", "AB==", "AP8=\n", " AP8=", "-_8=", "A===", "AP8==", null, 1])
    assert.equal(fromBase64(wrong), null, JSON.stringify(wrong));
});

test("hexadecimal text has its prefix and whole bytes", () => {
  assert.deepEqual(fromHex("0x00ff"), Uint8Array.of(0, 255));
  assert.deepEqual(fromHex("0x"), Uint8Array.of());
  for (const wrong of ["00ff", "0x0", "0xgg", "0xFF", "0X00", "0x00 ", undefined]) assert.equal(fromHex(wrong), null);
});

test("bytes that are not UTF-8 have no text, and a byte order mark is kept", () => {
  assert.equal(fromUtf8(Uint8Array.of(0xc3, 0xb1)), "ñ");
  assert.equal(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf)), "\ufeff");
  for (const wrong of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80]]) assert.equal(fromUtf8(Uint8Array.from(wrong)), null);
});

test("a surrogate alone is not well formed", () => {
  assert.ok(isWellFormed("\u{1f680}"));
  assert.ok(!isWellFormed("\ud83d"));
  assert.ok(!isWellFormed("\ude80\ud83d"));
});
