// Canonical JSON text by RFC 8785 (JCS), within what every implementation reads alike.
//
// Not expressible are numbers with an integer value beyond ±(2**53 - 1), however they are written,
// and those beyond all doubles; text with a lone surrogate; nesting of more than 100 levels.

import { ProofError } from "./errors.js";
import { isWellFormed, utf8 } from "./encoding.js";
import { NumberText } from "./json.js";

const MOST_LEVELS = 100;

/** The canonical UTF-8 bytes of a JSON value. Raises ProofError where it is not expressible. */
export const canonical = (value) => utf8(canonicalText(value));

/** The canonical text of a JSON value (see `parseJson` for the kinds of value). */
export const canonicalText = (value) => written(value, MOST_LEVELS);

function written(value, levels) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return string(value);
  if (typeof value !== "object") return number(value, value);
  if (value instanceof NumberText) return number(value.number, value.text);
  if (!levels) throw new ProofError("canonical.deep", { most: MOST_LEVELS });
  if (Array.isArray(value)) return `[${value.map((one) => written(one, levels - 1)).join(",")}]`;
  // The default order of JavaScript's sort is that of UTF-16 code units, as JCS wants.
  const names = Object.keys(value).sort();
  const member = (name) => `${string(name)}:${written(value[name], levels - 1)}`;
  return `{${names.map(member).join(",")}}`;
}

function number(value, text) {
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
    throw new ProofError("canonical.number", { number: String(text) });
  return String(value);
}

function string(text) {
  if (!isWellFormed(text)) throw new ProofError("canonical.surrogate");
  return JSON.stringify(text);
}
