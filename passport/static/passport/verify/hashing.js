// The hashes, the MAC and the signature scheme that the log and the chain are made of.

import { blake2b } from "./vendor/noble/hashes/blake2.js";
import { hmac } from "./vendor/noble/hashes/hmac.js";
import { sha256, sha512 } from "./vendor/noble/hashes/sha2.js";
import { hashes, verify } from "./vendor/noble/ed25519/index.js";
import { concat } from "./encoding.js";

// @noble/ed25519 has no SHA-512 of its own.
hashes.sha512 = sha512;

export { sha256 };

/** HMAC-SHA256, 32 bytes. */
export const hmacSha256 = (key, message) => hmac(sha256, key, message);

/** The hash of Substrate's headers and trie nodes, 32 bytes. */
export const blake2b256 = (data) => blake2b(data, { dkLen: 32 });

/** Substrate's map hasher Blake2_128Concat: 16 bytes of hash, then the key itself. */
export const blake2b128Concat = (key) => concat([blake2b(key, { dkLen: 16 }), key]);

/** Ed25519 by RFC 8032, strictly (no ZIP-215 leniency). All arguments are bytes. */
export function ed25519Verifies(signature, message, publicKey) {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  return verify(signature, message, publicKey, { zip215: false });
}
