"""The key that signs anchors: from the settings, never from the database, never in a message."""

from django.conf import settings
from substrateinterface import Keypair

from chain.errors import SetupError

# What a URI without a phrase derives from is public knowledge.
_WELL_KNOWN = "//"
_DEVELOPMENT_SIGNER = "//Alice"


def load_signer() -> Keypair:
    """The key in CHAIN_SIGNER, or //Alice where that is empty."""
    secret = settings.CHAIN_SIGNER or _DEVELOPMENT_SIGNER
    try:
        if secret.startswith("0x"):
            return Keypair.create_from_seed(secret)
        return Keypair.create_from_uri(secret)
    except (ValueError, TypeError, IndexError, AttributeError):
        # The library raises any of these for what is no key; its message may quote the phrase.
        raise SetupError(
            "CHAIN_SIGNER is no key: give a seed phrase, a secret URI or a 0x seed of 32 bytes."
        ) from None


def check_signer_suits(*, development: bool) -> None:
    """Refuse a key that everybody has on a chain that is no development chain."""
    if development:
        return
    if not settings.CHAIN_SIGNER:
        raise SetupError(
            "CHAIN_SIGNER is not set, and the node does not say that it is a development chain. "
            "Give the submitter's key in CHAIN_SIGNER or in the file that CHAIN_SIGNER_FILE names."
        )
    if settings.CHAIN_SIGNER.startswith(_WELL_KNOWN):
        raise SetupError(
            "CHAIN_SIGNER is a well-known development key, and the node does not say that it is a "
            "development chain. Give a key of your own."
        )
