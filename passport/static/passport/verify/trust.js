// The trust policy: which logs, by which keys, anchored where. Format keiko-trust/v1.

import { readPlace } from "./anchors.js";
import { asText } from "./bundle.js";
import { equal, toHex } from "./encoding.js";
import { ProofError, TrustError } from "./errors.js";
import { parseJson } from "./json.js";
import { cosigners, readWitnessKey } from "./cosignatures.js";
import { openWith, readOrigin, readVerifierKey } from "./notes.js";
import { list, object, oneOf, text, whole, within, wrong } from "./shapes.js";

const MOST_KEYS = 32;

/**
 * Read a trust policy (text, UTF-8 bytes, or its JSON value). Raises TrustError with what is wrong and where.
 *
 * Returns {logs: [{origin, name, keys: [{key: vkey, lastSize}], url, witnesses, anchors: [{adapter,
 * collection, chain}]}]}; `witnesses` is {required, keys: [vkey]} or null.
 */
export function parseTrust(source) {
  try {
    const isText = typeof source === "string" || source instanceof Uint8Array;
    return readTrust(isText ? parseJson(asText(source)) : source);
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    throw new TrustError(error.code, error.data);
  }
}

/** The trusted log with this origin, or null. */
export const trustedLog = (trust, origin) =>
  trust?.logs.find((log) => log.origin === origin) ?? null;

/** Where the log's anchors are expected, if it is where this anchor says it is; or null. */
export const trustedPlace = (log, anchor) =>
  log.anchors.find(
    (place) =>
      place.adapter === anchor.adapter &&
      place.collection === anchor.collection &&
      equal(place.chain.genesis, anchor.chain.genesis),
  ) ?? null;

/** The checkpoint in a note that this log signed. Raises ProofError. */
export const openSigned = (log, note) => openWith(note, log.keys);

/**
 * How many witnesses cosigned the note, {count, of, names}; null where the policy names none. Raises
 * ProofError where they are fewer than it demands, or where a cosignature is wrong.
 */
export function witnessed(log, note) {
  if (!log.witnesses) return null;
  const { required, keys } = log.witnesses;
  const names = cosigners(note, keys);
  const data = { count: names.length, of: keys.length, names: names.join(", ") };
  if (names.length < required) throw new ProofError("note.witnesses", { ...data, required });
  return data;
}

function readTrust(value) {
  object(value, "$", ["format", "logs"]);
  oneOf(value.format, "$.format", ["keiko-trust/v1"]);
  const logs = list(value.logs, "$.logs", readLog, { least: 1, most: 1000 });
  logs.forEach(({ origin }, i) => {
    if (trustedLog({ logs }, origin) !== logs[i])
      throw wrong(`$.logs[${i}]`, "a log whose origin did not occur before");
  });
  return { logs };
}

function readLog(value, where) {
  object(value, where, ["anchors", "key", "name", "origin", "url"], ["other_keys", "witnesses"]);
  const origin = readOrigin(value.origin, `${where}.origin`);
  const keys = [{ key: readKey(value.key, `${where}.key`, origin), lastSize: null }];
  const read = (other, at) => {
    const found = readOtherKey(other, at, origin);
    if (keys.some(({ key }) => key === found.key)) throw wrong(`${at}.key`, "a key that did not occur before");
    keys.push(found);
  };
  if ("other_keys" in value) list(value.other_keys, `${where}.other_keys`, read, { least: 1, most: MOST_KEYS });
  const address = text(value.url, `${where}.url`);
  if (!/^https?:\/\//.test(address)) throw wrong(`${where}.url`, "an http:// or https:// address");
  return {
    origin,
    name: text(value.name, `${where}.name`),
    keys,
    url: address,
    witnesses: "witnesses" in value ? readWitnesses(value.witnesses, `${where}.witnesses`) : null,
    anchors: list(value.anchors, `${where}.anchors`, (place, at) => readPlace(place, at), {
      most: 64,
    }),
  };
}

function readKey(value, where, origin) {
  const key = text(value, where);
  if (within(where, () => readVerifierKey(key)).name !== origin) throw wrong(where, "a key of this origin");
  return key;
}

function readOtherKey(value, where, origin) {
  object(value, where, ["key"], ["last_size"]);
  const lastSize = "last_size" in value ? whole(value.last_size, `${where}.last_size`) : null;
  return { key: readKey(value.key, `${where}.key`, origin), lastSize };
}

function readWitnesses(value, where) {
  object(value, where, ["keys", "required"]);
  const seen = new Set();
  const read = (key, at) => {
    // By the key alone: under two names, one witness must not count as two.
    const publicKey = within(at, () => toHex(readWitnessKey(text(key, at)).publicKey));
    if (seen.has(publicKey)) throw wrong(at, "a witness that did not occur before");
    seen.add(publicKey);
    return key;
  };
  const keys = list(value.keys, `${where}.keys`, read, { least: 1, most: MOST_KEYS });
  return { required: whole(value.required, `${where}.required`, keys.length), keys };
}
