// Block headers as JSON-RPC gives them, and their hashes.
import { compactToU8a, hexToU8a, u8aConcat } from '@polkadot/util'
import { blake2AsHex } from '@polkadot/util-crypto'

const encode = ({ parentHash, number, stateRoot, extrinsicsRoot, digest }) =>
  u8aConcat(
    hexToU8a(parentHash),
    compactToU8a(Number(number)),
    hexToU8a(stateRoot),
    hexToU8a(extrinsicsRoot),
    compactToU8a(digest.logs.length),
    ...digest.logs.map((log) => hexToU8a(log)),
  )

/** blake2b-256 of the encoded header: the block's hash. */
export const hashHeader = (header) => blake2AsHex(encode(header), 256)
