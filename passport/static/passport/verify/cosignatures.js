// What witnesses sign: C2SP tlog-cosignature, the Ed25519 kind ("cosignature/v1").

import { utf8 } from "./encoding.js";
import { ProofError } from "./errors.js";
import { ed25519Verifies } from "./hashing.js";
import { linesBy, readVerifierKey, splitNote } from "./notes.js";

const KIND = Uint8Array.of(0x04);
const TIME_BYTES = 8;
const LATEST = 2n ** 63n - 1n;

/** A witness's verifier key. Raises ProofError. */
export const readWitnessKey = (vkey) => readVerifierKey(vkey, KIND);

/** The names of those of these witnesses that cosigned the note. Raises ProofError where a line by one is wrong. */
export function cosigners(note, vkeys) {
  const { signed, signatures } = splitNote(note);
  const found = vkeys.map(readWitnessKey).filter((witness) => {
    const lines = linesBy(witness, signatures);
    if (!lines.every(({ signature }) => fits(signature, signed, witness)))
      throw new ProofError("note.cosignature", { name: witness.name });
    return lines.length > 0;
  });
  return found.map(({ name }) => name);
}

function fits(line, signed, { publicKey }) {
  if (line.length !== TIME_BYTES + 64) return false;
  const time = new DataView(line.buffer, line.byteOffset, TIME_BYTES).getBigUint64(0);
  if (time === 0n || time > LATEST) return false;
  const message = utf8(`cosignature/v1\ntime ${time}\n${signed}`);
  return ed25519Verifies(line.subarray(TIME_BYTES), message, publicKey);
}
