"""What can stop a submission; every message says what to do next."""

from chain.light.errors import NodeError, NodeUnreachable, OtherChain, ProofError

__all__ = [
    "ChainUnavailableError",
    "ConflictError",
    "NodeError",
    "NodeUnreachable",
    "OtherChain",
    "ProofError",
    "RefusedError",
    "SetupError",
]


class SetupError(Exception):
    """The chain, the signer or the collection is not what the settings say; a person must act."""


class ConflictError(Exception):
    """The chain holds another value under this anchor's name."""


class RefusedError(Exception):
    """The chain refused the extrinsic, or executed it without success."""


class ChainUnavailableError(Exception):
    """Nothing is known of the chain yet, because no node has ever answered."""
