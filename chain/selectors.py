"""What others read of the chain."""

from dataclasses import dataclass

from django.conf import settings

from chain.adapters import get_adapter
from chain.errors import ChainUnavailableError
from chain.models import Chain


@dataclass(frozen=True, slots=True)
class ChainIdentity:
    """Which chain, and how anchors are kept on it; `genesis` is 0x text, `nodes` are addresses
    that a verifier's browser can reach. `development`: it has no consensus and no finality."""

    name: str
    genesis: str
    adapter: str
    collection: int | None
    nodes: tuple[str, ...]
    development: bool


def chain_identity() -> ChainIdentity:
    """The chain, from the database: it may be down. ChainUnavailableError where none was ever met."""
    chain = Chain.objects.first()
    if chain is None:
        raise ChainUnavailableError(
            "No node has answered yet, so the chain is not known. Check CHAIN_URL; "
            "`manage.py chain_status` says what is wrong."
        )
    adapter = get_adapter()
    return ChainIdentity(
        name=chain.name,
        genesis="0x" + bytes(chain.genesis).hex(),
        adapter=adapter.name,
        collection=adapter.collection,
        nodes=(settings.CHAIN_PUBLIC_URL,) if settings.CHAIN_PUBLIC_URL else (),
        development=chain.development,
    )
