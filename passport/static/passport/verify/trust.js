// The trust policy: which logs, by which keys, anchored where. Format keiko-trust/v1.

import { readPlace } from "./anchors.js";
import { asText } from "./bundle.js";
import { equal } from "./encoding.js";
import { ProofError, TrustError } from "./errors.js";
import { parseJson } from "./json.js";
import { readOrigin, readVerifierKey } from "./notes.js";
import { list, object, oneOf, text, wrong } from "./shapes.js";

/**
 * Read a trust policy (text, UTF-8 bytes, or its JSON value). Raises TrustError with what is wrong and where.
 *
 * Returns {logs: [{origin, name, key: vkey, url, anchors: [{adapter, collection, chain}]}]}.
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

function readTrust(value) {
  object(value, "$", ["format", "logs"]);
  oneOf(value.format, "$.format", ["keiko-trust/v1"]);
  const logs = list(value.logs, "$.logs", readLog, { least: 1, most: 1000 });
  const origins = new Set(logs.map(({ origin }) => origin));
  if (origins.size < logs.length) throw wrong("$.logs", "a list that names each origin once");
  return { logs };
}

function readLog(value, where) {
  object(value, where, ["anchors", "key", "name", "origin", "url"]);
  const origin = readOrigin(value.origin, `${where}.origin`);
  const key = text(value.key, `${where}.key`);
  if (readVerifierKey(key).name !== origin) throw wrong(`${where}.key`, "a key of this origin");
  const address = text(value.url, `${where}.url`);
  if (!/^https?:\/\//.test(address)) throw wrong(`${where}.url`, "an http:// or https:// address");
  return {
    origin,
    name: text(value.name, `${where}.name`),
    key,
    url: address,
    anchors: list(value.anchors, `${where}.anchors`, (place, at) => readPlace(place, at), {
      most: 64,
    }),
  };
}
