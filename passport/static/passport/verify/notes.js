// Signed checkpoints: C2SP signed-note and tlog-checkpoint, read strictly.

import { concat, equal, fromBase64, isWellFormed, utf8 } from "./encoding.js";
import { ProofError } from "./errors.js";
import { ed25519Verifies, sha256 } from "./hashing.js";
import { text, wrong } from "./shapes.js";

const VKEY = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u;
const SIGNATURE_LINE = /^— ([^ ]+) ([A-Za-z0-9+/=]+)$/u;
// No white space, no plus. (JavaScript's \s has U+FEFF, which is none, and lacks U+0085.)
const NAME = /^(?:[^\s+\u0000-\u0020\u0085]|\ufeff)+$/u;
const SIZE = /^(?:0|[1-9][0-9]*)$/;
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;
const MOST_CHARACTERS = 128 * 1024;
const ED25519 = Uint8Array.of(0x01);
const MOST_SIGNATURES = 64;

/** The name and public key (32 bytes) of a verifier key, "name+hash+key". Raises ProofError. */
export function readVerifierKey(vkey) {
  const [, name, id, encoded] = VKEY.exec(vkey) ?? [];
  const key = encoded === undefined ? null : fromBase64(encoded);
  if (!NAME.test(name ?? "") || key === null || key.length !== 33 || key[0] !== ED25519[0])
    throw new ProofError("vkey.malformed");
  const publicKey = key.subarray(1);
  const computed = keyId(name, publicKey);
  if (!equal(computed, Uint8Array.from(id.match(/../g), (byte) => parseInt(byte, 16))))
    throw new ProofError("vkey.hash");
  return { name, publicKey, id: computed };
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
export function openCheckpoint(note, vkey) {
  const key = readVerifierKey(vkey);
  const { signed, signatures } = splitNote(note);
  const checkpoint = checkpointOf(signed);
  const ours = signatures.filter(({ name, id }) => name === key.name && equal(id, key.id));
  if (checkpoint.origin !== key.name)
    throw new ProofError("note.origin", { origin: checkpoint.origin, name: key.name });
  if (!ours.length) throw new ProofError("note.unsigned", { name: key.name });
  const message = utf8(signed);
  if (!ours.every(({ signature }) => ed25519Verifies(signature, message, key.publicKey)))
    throw new ProofError("note.signature", { name: key.name });
  return checkpoint;
}

function splitNote(note) {
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
  // This log writes none, and nobody could audit them.
  if (extensions.length) throw malformed("extension lines");
  return { origin, size: Number(sizeText), root };
}

const keyId = (name, publicKey) =>
  sha256(concat([utf8(`${name}\n`), ED25519, publicKey])).subarray(0, 4);
