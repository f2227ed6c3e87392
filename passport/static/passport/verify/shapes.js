// Reading JSON values of a declared shape: every surprise is an error that says where it is, as a
// JSON path ($ is the whole).

import { fromBase64, fromHex, isWellFormed } from "./encoding.js";
import { ProofError } from "./errors.js";
import { below, isObject } from "./json.js";

const RFC3339 =
  /^(?!0000)(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const MOST_TEXT = 4096;
const MOST_HEX = 65_536;

export const wrong = (where, needed) => new ProofError("shape.wrong", { where, needed });

/** An object with all of the members `names`, and none but these and `optional` ones. */
export function object(value, where, names, optional = []) {
  if (!isObject(value)) throw wrong(where, "an object");
  for (const name of names)
    if (!(name in value)) throw new ProofError("shape.missing", { where, name });
  for (const name of Object.keys(value))
    if (!names.includes(name) && !optional.includes(name))
      throw new ProofError("shape.unknown", { where: below(where, name) });
  return value;
}

/** A list of `least` to `most` items, each read by `read(item, where)`. */
export function list(value, where, read, { least = 0, most }) {
  if (!Array.isArray(value) || value.length < least || value.length > most)
    throw wrong(where, `a list of ${least} to ${most}`);
  return value.map((item, i) => read(item, `${where}[${i}]`));
}

/** A text of at most `most` characters (code points); empty only where `empty` says so. */
export function text(value, where, { empty = false, most = MOST_TEXT } = {}) {
  if (typeof value !== "string" || !isWellFormed(value)) throw wrong(where, "a text");
  if (!value && !empty) throw wrong(where, "a text that is not empty");
  if (value.length > most && [...value].length > most)
    throw wrong(where, `a text of at most ${most} characters`);
  return value;
}

export function oneOf(value, where, allowed) {
  if (!allowed.includes(value)) throw wrong(where, allowed.map((one) => `"${one}"`).join(" or "));
  return value;
}

/** A whole number from 0 to `most`. */
export function whole(value, where, most = Number.MAX_SAFE_INTEGER) {
  if (!Number.isSafeInteger(value) || value < 0 || value > most)
    throw wrong(where, "a whole number that is not negative");
  return value;
}

/** A moment, as the text that it was. */
export function moment(value, where) {
  const day = RFC3339.exec(text(value, where))?.[1];
  // Date.parse takes the 30th of February for the 2nd of March.
  if (!day || Number.isNaN(Date.parse(day)) || new Date(day).toISOString().slice(0, 10) !== day)
    throw wrong(where, "a date and time of RFC 3339");
  return value;
}

export function base64(value, where, size) {
  return sized(fromBase64(value), where, size, "base64");
}

/** Bytes as 0x and lower-case hexadecimal digits: `size` of them, or at most 64 KiB. */
export function hex(value, where, size) {
  const bytes = sized(fromHex(value), where, size, "0x and lower-case hexadecimal digits");
  if (bytes.length > MOST_HEX) throw wrong(where, `at most ${MOST_HEX} bytes`);
  return bytes;
}

/** `read(value, where)`, or null where the value is null. */
export const nullable = (value, where, read) => (value === null ? null : read(value, where));

/** What `read` gives; its ProofError is told again as one at this place. */
export function within(where, read) {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    throw new ProofError("shape.within", { where, reason: error.message });
  }
}

function sized(bytes, where, size, what) {
  if (bytes === null) throw wrong(where, what);
  if (size !== undefined && bytes.length !== size) throw wrong(where, `${what} of ${size} bytes`);
  return bytes;
}
