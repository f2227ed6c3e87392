// What the log holds for one record: salted commitments to its slots, never its content.

import { canonical } from "./canonical.js";
import { concat, utf8 } from "./encoding.js";
import { hmacSha256 } from "./hashing.js";

/** The properties of a statement that are committed to, each by itself, in this order. */
export const SLOTS = Object.freeze([
  "actor",
  "attachments",
  "authority",
  "context",
  "id",
  "object",
  "result",
  "stored",
  "timestamp",
  "verb",
  "version",
]);

const STATEMENT = Uint8Array.of(0x01);
const TAG = utf8("keiko/v1/statement\0");
const EXACT_TAG = "keiko/v1/statement-exact\0";

/** The commitment to a property's value: HMAC of JCS([slot, value]). Raises ProofError where JCS cannot express it. */
export const commitValue = (salt, slot, value) =>
  hmacSha256(salt, concat([TAG, utf8(`["${slot}",`), canonical(value), utf8("]")]));

/** The commitment to a property that the statement does not have. */
export const commitAbsent = (salt, slot) => hmacSha256(salt, concat([TAG, canonical([slot])]));

/** The commitment to a value that JCS cannot express, by its exact text in the statement. */
export const commitExact = (salt, slot, text) =>
  hmacSha256(salt, utf8(`${EXACT_TAG}${slot}\0${text}`));

/** The log's entry for a statement: its kind, then the commitments of all slots in order. */
export const statementEntry = (commitments) => concat([STATEMENT, ...commitments]);

/** The commitment that follows from what a bundle shows of a slot; a withheld one is as given. */
export function recompute(slot, shown) {
  if (!shown.salt) return shown.commitment;
  if (shown.absent) return commitAbsent(shown.salt, slot);
  if (shown.exact !== undefined) return commitExact(shown.salt, slot, shown.exact);
  return commitValue(shown.salt, slot, shown.value);
}
