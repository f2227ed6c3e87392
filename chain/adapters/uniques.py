"""Anchors as attributes of a collection in `pallet-uniques`: works on any Asset Hub.

The collection's owner alone can set its attributes, so its owner is who anchors. The collection is
made with the first anchor, in the same extrinsic.
"""

from substrateinterface import Keypair

from chain.errors import SetupError
from chain.light.anchors import (
    Commitment,
    decode_uniques_attribute,
    uniques_attribute_key,
    uniques_attribute_name,
    uniques_attribute_value,
    uniques_collection_key,
)
from chain.light.header import hexed
from chain.light.scale import take
from chain.node import Call, Node


class UniquesAdapter:
    name = "uniques"

    def __init__(self, *, collection: int) -> None:
        self.collection: int = collection

    def storage_key(self, commitment: Commitment) -> bytes:
        return uniques_attribute_key(self.collection, commitment.origin_hash, commitment.seq)

    def decode(self, stored: bytes) -> tuple[int, bytes]:
        return decode_uniques_attribute(stored)

    def calls(self, node: Node, commitment: Commitment, key: Keypair) -> list[Call]:
        name = uniques_attribute_name(commitment.origin_hash, commitment.seq)
        value = uniques_attribute_value(commitment.size, commitment.root)
        anchor = Call(
            "Uniques", "set_attribute", (self.collection, None, hexed(name), hexed(value))
        )
        if self._is_ours(node, key):
            return [anchor]
        return [Call("Uniques", "create", (self.collection, key.ss58_address)), anchor]

    def _is_ours(self, node: Node, key: Keypair) -> bool:
        """Is the collection there? SetupError where it is another's."""
        stored = node.storage(uniques_collection_key(self.collection), node.best().hash)
        if stored is None:
            return False
        # The owner's account is the first field of a collection's details, in every version.
        owner = take(stored, 0, 32)
        if owner != key.public_key:
            raise SetupError(
                f"Collection {self.collection} on this chain belongs to account {hexed(owner)}, "
                f"not to the signer {hexed(key.public_key)}. Set CHAIN_COLLECTION to a number that "
                "is free, or CHAIN_SIGNER to the owner's key."
            )
        return True
