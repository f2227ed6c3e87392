// Block headers: read from a node's JSON, encoded, hashed.

import { concat, fromHex } from "./encoding.js";
import { ProofError } from "./errors.js";
import { blake2b256 } from "./hashing.js";
import { isObject } from "./json.js";
import { encodeCompact } from "./scale.js";

const NUMBER = /^0x(?:0|[1-9a-f][0-9a-f]{0,7})$/;

/**
 * The header that `chain_getHeader` returned, as {parentHash, number, stateRoot, extrinsicsRoot,
 * logs} with bytes and a number. Raises ProofError where something does not fit.
 */
export function readHeader(found) {
  onlyMembers(found, "header", ["digest", "extrinsicsRoot", "number", "parentHash", "stateRoot"]);
  onlyMembers(found.digest, "digest", ["logs"]);
  if (!Array.isArray(found.digest.logs)) throw new ProofError("header.logs");
  if (typeof found.number !== "string" || !NUMBER.test(found.number))
    throw new ProofError("header.number");
  return {
    parentHash: unhex(found.parentHash, "parentHash", 32),
    number: Number(found.number),
    stateRoot: unhex(found.stateRoot, "stateRoot", 32),
    extrinsicsRoot: unhex(found.extrinsicsRoot, "extrinsicsRoot", 32),
    logs: found.digest.logs.map((log) => unhex(log, "digest.logs")),
  };
}

/** The block's hash: blake2b-256 of the SCALE-encoded header. */
export const hashOfHeader = (header) =>
  blake2b256(
    concat([
      header.parentHash,
      encodeCompact(header.number),
      header.stateRoot,
      header.extrinsicsRoot,
      encodeCompact(header.logs.length),
      ...header.logs,
    ]),
  );

/** The bytes of a 0x-prefixed text; ProofError names `what` where it is none. */
export function unhex(found, what, size) {
  const bytes = fromHex(found);
  if (bytes === null) throw new ProofError("header.hex", { what });
  if (size !== undefined && bytes.length !== size)
    throw new ProofError("header.size", { what, given: bytes.length, needed: size });
  return bytes;
}

function onlyMembers(found, what, names) {
  if (!isObject(found) || Object.keys(found).sort().join() !== names.join())
    throw new ProofError("header.members", { what, names: names.join(", ") });
}
