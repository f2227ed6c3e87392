"""What every way to anchor must offer."""

from typing import Protocol

from substrateinterface import Keypair

from chain.light.anchors import Commitment
from chain.node import Call, Node


class AnchorAdapter(Protocol):
    """An anchor is a value in the chain's current state: provable without an archive node."""

    @property
    def name(self) -> str: ...

    @property
    def collection(self) -> int | None: ...

    def storage_key(self, commitment: Commitment) -> bytes:
        """Where the chain keeps this anchor."""
        ...

    def decode(self, stored: bytes) -> tuple[int, bytes]:
        """Size and root from what is kept there; ProofError where it is no anchor."""
        ...

    def calls(self, node: Node, commitment: Commitment, key: Keypair) -> list[Call]:
        """The calls that make the anchor, and before it whatever it needs.

        Raises SetupError where the chain does not let this key anchor.
        """
        ...
