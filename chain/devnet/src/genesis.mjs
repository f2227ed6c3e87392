// The chain's first state: the raw genesis of a real Asset Hub runtime, with money for //Alice.
import { chainSpec } from '@substrate/connect-known-chains/rococo_v2_2_asset_hub'
import { bnToU8a, u8aConcat, u8aToHex } from '@polkadot/util'
import { blake2AsU8a, xxhashAsU8a } from '@polkadot/util-crypto'

/** The public key of the well-known development account //Alice. */
export const ALICE = Uint8Array.from(
  Buffer.from('d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d', 'hex'),
)
const FREE = 1_000_000n * 10n ** 12n

/** The storage key of a plain storage item, as 0x text. */
export const storageKey = (pallet, item) =>
  u8aToHex(u8aConcat(xxhashAsU8a(pallet, 128), xxhashAsU8a(item, 128)))

const accountKey = (id) =>
  storageKey('System', 'Account') + u8aToHex(u8aConcat(blake2AsU8a(id, 128), id)).slice(2)

const uint = (value, bits) => bnToU8a(value, { bitLength: bits, isLe: true })

/** SCALE of AccountInfo: nonce, consumers, providers, sufficients; free, reserved, two frozen. */
const accountInfo = (free) =>
  u8aToHex(
    u8aConcat(
      ...[0, 0, 1, 0].map((count) => uint(count, 32)),
      ...[free, 0n, 0n, 0n].map((amount) => uint(amount, 128)),
    ),
  )

function addToIssuance(top, amount) {
  const key = storageKey('Balances', 'TotalIssuance')
  const before = top[key] ? BigInt(`0x${Buffer.from(top[key].slice(2), 'hex').reverse().toString('hex')}`) : 0n
  top[key] = u8aToHex(uint(before + amount, 128))
}

/** {name, properties, top}: `top` maps each 0x key of the state to its 0x value. */
export function developmentGenesis() {
  const spec = JSON.parse(chainSpec)
  const top = { ...spec.genesis.raw.top, [accountKey(ALICE)]: accountInfo(FREE) }
  addToIssuance(top, FREE)
  return {
    name: 'Keiko development chain (Asset Hub runtime)',
    properties: { ss58Format: 42, tokenDecimals: 12, tokenSymbol: 'DEV' },
    top,
  }
}
