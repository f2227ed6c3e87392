// SCALE's compact integers, strictly: one integer has one encoding.
//
// Values are BigInt, for they may exceed what a number holds.

import { equal } from "./encoding.js";
import { ProofError } from "./errors.js";

/** The compact encoding of a whole number (number or BigInt), below 2**536. */
export function encodeCompact(value) {
  const number = BigInt(value);
  if (number < 1n << 6n) return littleEndian(number << 2n, 1);
  if (number < 1n << 14n) return littleEndian((number << 2n) | 1n, 2);
  if (number < 1n << 30n) return littleEndian((number << 2n) | 2n, 4);
  const size = Math.ceil(number.toString(16).length / 2);
  return Uint8Array.of(((size - 4) << 2) | 3, ...littleEndian(number, size));
}

/**
 * The compact integer that begins at `offset`, as [value: BigInt, offset after it].
 * Raises ProofError where the bytes end too soon or are not the shortest encoding.
 */
export function decodeCompact(data, offset = 0) {
  const mode = take(data, offset, 1)[0] & 3;
  const size = mode === 3 ? (data[offset] >> 2) + 4 : 1 << mode;
  const start = mode === 3 ? offset + 1 : offset;
  const read = fromLittleEndian(take(data, start, size));
  const value = mode === 3 ? read : read >> 2n;
  const end = start + size;
  if (!equal(encodeCompact(value), data.subarray(offset, end)))
    throw new ProofError("scale.long", { offset });
  return [value, end];
}

/** A length: a compact integer small enough to be a number. Raises ProofError where it is not. */
export function decodeLength(data, offset) {
  const [length, end] = decodeCompact(data, offset);
  if (length > 0xffffffffn) throw new ProofError("scale.end", { offset: end });
  return [Number(length), end];
}

/** `size` bytes from `offset`; ProofError where there are fewer. */
export function take(data, offset, size) {
  if (offset + size > data.length) throw new ProofError("scale.end", { offset });
  return data.subarray(offset, offset + size);
}

/** The whole number of bytes with the least significant first, as a BigInt. */
export const fromLittleEndian = (bytes) =>
  bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

/** A whole number as `size` bytes, the least significant first. */
export function littleEndian(value, size) {
  const number = BigInt(value);
  return Uint8Array.from({ length: size }, (_, i) => Number((number >> BigInt(8 * i)) & 0xffn));
}
