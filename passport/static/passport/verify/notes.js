// Signed checkpoints: C2SP signed-note and tlog-checkpoint, read strictly.

import { concat, equal, fromBase64, isWellFormed, utf8 } from "./encoding.js";
import { ProofError } from "./errors.js";
import { ed25519Verifies, sha256 } from "./hashing.js";
import { text, wrong } from "./shapes.js";
import { EMPTY_ROOT } from "./tree.js";

const VKEY = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u;
const SIGNATURE_LINE = /^— ([^ ]+) ([A-Za-z0-9+/=]+)$/u;
// No white space, no plus. (JavaScript's \s has U+FEFF, which is none, and lacks U+0085.)
const NAME = /^(?:[^\s+\u0000-\u0020\u0085]|\ufeff)+$/u;
const SIZE = /^(?:0|[1-9][0-9]*)$/;
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;
const MOST_CHARACTERS = 128 * 1024;
const ED25519 = Uint8Array.of(0x01);
const MOST_SIGNATURES = 64;

/**
 * A verifier key, "name+hash+key", of the signature type `kind`: {name, publicKey, id}, of which the
 * key has 32 bytes and the id 4. Raises ProofError.
 */
export function readVerifierKey(vkey, kind = ED25519) {
  const [, name, id, encoded] = VKEY.exec(vkey) ?? [];
  const key = encoded === undefined ? null : fromBase64(encoded);
  if (!NAME.test(name ?? "") || key === null || key.length !== 33 || key[0] !== kind[0])
    throw new ProofError("vkey.malformed");
  const computed = sha256(concat([utf8(`${name}\n`), key])).subarray(0, 4);
  if (!equal(computed, Uint8Array.from(id.match(/../g), (byte) => parseInt(byte, 16))))
    throw new ProofError("vkey.hash");
  return { name, publicKey: key.subarray(1), id: computed };
}

/** A text that can name a log and its key. Raises ProofError. */
export function readOrigin(value, where) {
  const origin = text(value, where, { most: 255 });
  if (!NAME.test(origin)) throw wrong(where, "a name without white space and plus");
  return origin;
}

/** The checkpoint in a note, as {origin, size, root}, its signatures unchecked. Raises ProofError. */
export function readCheckpoint(note) {
  return checkpointOf(splitNote(note).signed);
}

/**
 * The checkpoint in a note that the key of `vkey` has signed. Raises ProofError where the note is
 * malformed, or without a valid signature of that key, or of another log than the key's name.
 */
export const openCheckpoint = (note, vkey) => openWith(note, [{ key: vkey, lastSize: null }]);

/**
 * The checkpoint in a note that one at least of a log's keys has signed: {key: vkey, lastSize}, where
 * a key that was retired counts up to `lastSize` records (else null). A wrong signature by any of
 * them spoils the note. Raises ProofError.
 */
export function openWith(note, keys) {
  const { signed, signatures } = splitNote(note);
  const checkpoint = checkpointOf(signed);
  const message = utf8(signed);
  const { name } = readVerifierKey(keys[0].key);
  if (checkpoint.origin !== name)
    throw new ProofError("note.origin", { origin: checkpoint.origin, name });
  const signing = keys.filter(({ key }) => {
    const known = readVerifierKey(key);
    const ours = linesBy(known, signatures);
    if (!ours.every(({ signature }) => ed25519Verifies(signature, message, known.publicKey)))
      throw new ProofError("note.signature", { name });
    return ours.length > 0;
  });
  if (!signing.length) throw new ProofError("note.unsigned", { name });
  const { size } = checkpoint;
  if (signing.every(({ lastSize }) => lastSize !== null && lastSize < size))
    throw new ProofError("note.retired", { name, size });
  return checkpoint;
}

/** The signature lines that say to be by this key. */
export const linesBy = (key, signatures) =>
  signatures.filter(({ name, id }) => name === key.name && equal(id, key.id));

/** A note's signed text, and its signature lines as {name, id, signature}. Raises ProofError. */
export function splitNote(note) {
  const malformed = (why) => new ProofError("note.malformed", { why });
  if (note.length > MOST_CHARACTERS) throw malformed("length");
  if (!isWellFormed(note) || CONTROL.test(note)) throw malformed("characters");
  const split = note.lastIndexOf("\n\n");
  if (split < 1 || !note.endsWith("\n")) throw malformed("blank line");
  const lines = note.slice(split + 2).split("\n").slice(0, -1);
  if (!lines.length || lines.length > MOST_SIGNATURES) throw malformed("number of signatures");
  const signatures = lines.map((line) => {
    const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
    const bytes = encoded === undefined ? null : fromBase64(encoded);
    if (!NAME.test(name ?? "") || bytes === null || bytes.length < 5) throw malformed("signature line");
    return { name, id: bytes.subarray(0, 4), signature: bytes.subarray(4) };
  });
  return { signed: note.slice(0, split + 1), signatures };
}

function checkpointOf(signed) {
  const malformed = (why) => new ProofError("note.malformed", { why });
  const [origin, sizeText, rootText, ...extensions] = signed.split("\n").slice(0, -1);
  if (!NAME.test(origin)) throw malformed("origin");
  if (!SIZE.test(sizeText ?? "") || !Number.isSafeInteger(Number(sizeText))) throw malformed("size");
  const root = fromBase64(rootText);
  if (root === null || root.length !== 32) throw malformed("root");
  if (sizeText === "0" && !equal(root, EMPTY_ROOT)) throw malformed("root of an empty log");
  // This log writes none, and nobody could audit them.
  if (extensions.length) throw malformed("extension lines");
  return { origin, size: Number(sizeText), root };
}
