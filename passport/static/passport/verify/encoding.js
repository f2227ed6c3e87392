// Bytes from text and text from bytes, strictly: one value has one spelling.

const encoder = new TextEncoder();
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const HEX = /^0x(?:[0-9a-f]{2})*$/;
// The bits after the last byte must be zero, or two texts would mean the same bytes.
const BASE64 =
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/;

/** The UTF-8 bytes of a text. Lone surrogates have none: ask `isWellFormed` first. */
export const utf8 = (text) => encoder.encode(text);

/** The text of UTF-8 bytes, or null where they are not UTF-8. A byte order mark is kept. */
export function fromUtf8(bytes) {
  try {
    return strictDecoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** Whether a text has no surrogate without its partner. */
export const isWellFormed = (text) => !/\p{Surrogate}/u.test(text);

/** The bytes of standard base64 with padding (RFC 4648, section 4), or null where it is not that. */
export function fromBase64(text) {
  if (typeof text !== "string" || !BASE64.test(text)) return null;
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

/** The bytes of 0x-prefixed lower-case hexadecimal text, or null where it is not that. */
export function fromHex(text) {
  if (typeof text !== "string" || !HEX.test(text)) return null;
  const bytes = new Uint8Array((text.length - 2) / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(text.substr(2 + 2 * i, 2), 16);
  return bytes;
}

export const toHex = (bytes) =>
  "0x" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export function concat(parts) {
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

export const equal = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** A whole number below 2**64 as 8 bytes, the most significant first. */
export function u64(number) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number));
  return bytes;
}
