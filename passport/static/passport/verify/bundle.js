// The bundle: the self-contained file that a verifier checks. Format keiko-bundle/v1.

import { readAnchor } from "./anchors.js";
import { canonicalText } from "./canonical.js";
import { SLOTS } from "./commitments.js";
import { fromUtf8 } from "./encoding.js";
import { BundleError, ProofError } from "./errors.js";
import { parseJson } from "./json.js";
import { readOrigin } from "./notes.js";
import { base64, list, moment, nullable, object, oneOf, text, whole, wrong } from "./shapes.js";

const MOST_BYTES = 64 * 1024 * 1024;
const MOST_RECORDS = 50_000;
const MOST_NOTE = 128 * 1024;

/**
 * Read a bundle (text, or UTF-8 bytes). Raises BundleError with what is wrong and where.
 *
 * Returns {origin, share, records: [{index, kind, slots}], checkpoint: note text, proof: [bytes],
 * anchor | null}. A slot has a `commitment`; opened, also a `salt` and `value`, `absent` or `exact`.
 */
export function parseBundle(source) {
  try {
    return readBundle(parseJson(asText(source)));
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    throw new BundleError(error.code, error.data);
  }
}

/** The text of a text or of UTF-8 bytes. Raises ProofError. */
export function asText(source) {
  const found = typeof source === "string" ? source : fromUtf8(source);
  if (found === null) throw new ProofError("json.utf8", { where: "$" });
  if (found.length > MOST_BYTES) throw new ProofError("json.large", { where: "$", most: MOST_BYTES });
  return found;
}

function readBundle(value) {
  const names = ["anchor", "checkpoint", "format", "origin", "proof", "records", "share"];
  object(value, "$", names);
  oneOf(value.format, "$.format", ["keiko-bundle/v1"]);
  const records = list(value.records, "$.records", readRecord, { least: 1, most: MOST_RECORDS });
  records.forEach(({ index }, i) => {
    if (i && index <= records[i - 1].index)
      throw wrong(`$.records[${i}].index`, "larger than the one before");
  });
  return {
    origin: readOrigin(value.origin, "$.origin"),
    share: readShare(value.share),
    records,
    checkpoint: text(value.checkpoint, "$.checkpoint", { most: MOST_NOTE }),
    proof: list(value.proof, "$.proof", (hash, where) => base64(hash, where, 32), {
      most: 64 * MOST_RECORDS,
    }),
    anchor: nullable(value.anchor, "$.anchor", readAnchor),
  };
}

function readShare(value) {
  const names = ["created", "expires", "institution", "learner", "status_url", "title"];
  object(value, "$.share", names);
  return {
    title: text(value.title, "$.share.title", { empty: true }),
    learner: text(value.learner, "$.share.learner", { empty: true }),
    institution: text(value.institution, "$.share.institution", { empty: true }),
    created: moment(value.created, "$.share.created"),
    expires: nullable(value.expires, "$.share.expires", moment),
    statusUrl: nullable(value.status_url, "$.share.status_url", (link, at) => text(link, at)),
  };
}

function readRecord(value, where) {
  object(value, where, ["index", "kind", "slots"]);
  object(value.slots, `${where}.slots`, SLOTS);
  const slots = {};
  for (const slot of SLOTS) slots[slot] = readSlot(value.slots[slot], `${where}.slots.${slot}`);
  return {
    index: whole(value.index, `${where}.index`),
    kind: oneOf(value.kind, `${where}.kind`, ["statement"]),
    slots,
  };
}

function readSlot(value, where) {
  object(value, where, ["commitment"], ["salt", ...Object.keys(READERS)]);
  const commitment = base64(value.commitment, `${where}.commitment`, 32);
  const [way, ...further] = Object.keys(READERS).filter((name) => name in value);
  if (!way && !("salt" in value)) return { commitment };
  if (!way || further.length || !("salt" in value)) throw new ProofError("shape.slot", { where });
  return {
    commitment,
    salt: base64(value.salt, `${where}.salt`, 32),
    [way]: READERS[way](value[way], `${where}.${way}`),
  };
}

const READERS = {
  absent: (value, where) => {
    if (value !== true) throw wrong(where, "true");
    return true;
  },
  exact: (value, where) => {
    const exact = text(value, where, { most: MOST_BYTES });
    // The text of a whole statement's property, with names as they were, twice or not.
    if (!isJson(exact)) throw wrong(where, "JSON text");
    return exact;
  },
  value: (value, where) => {
    try {
      canonicalText(value);
    } catch (error) {
      if (!(error instanceof ProofError)) throw error;
      throw new ProofError("shape.notCanonical", { where, reason: error.message });
    }
    return value;
  },
};

function isJson(source) {
  try {
    JSON.parse(source);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
