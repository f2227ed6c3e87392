"""Where anchors are, in the core's words: the chain now, and the place of each verified anchor."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from anchoring.core import bundle as core
from anchoring.core.trust import AnchorPlace
from anchoring.models import Anchor
from chain.light.header import unhex
from chain.selectors import chain_identity


def present_place() -> AnchorPlace:
    """Where anchors are committed now. Raises chain.errors.ChainUnavailableError where no node has
    ever answered: the chain's genesis is unknown then."""
    identity = chain_identity()
    if identity.collection is None:
        raise ImproperlyConfigured(
            f"Anchors of the adapter {identity.adapter!r} cannot be put into bundles yet. Set "
            "CHAIN_ADAPTER=uniques."
        )
    return AnchorPlace(
        adapter=identity.adapter,
        collection=identity.collection,
        chain=core.Chain(
            identity.name, unhex(identity.genesis, "The genesis hash"), identity.nodes
        ),
    )


def to_json(place: AnchorPlace) -> dict[str, Any]:
    """The place as `Anchor.place` keeps it."""
    return {
        "adapter": place.adapter,
        "collection": place.collection,
        "chain": core.chain_to_json(place.chain),
    }


def anchor_of(anchor: Anchor) -> core.Anchor:
    """A verified anchor as bundles carry it, with the nodes that its chain has now."""
    place, evidence = anchor.place, anchor.evidence
    if place is None or evidence is None or anchor.block_hash is None:
        raise ValueError(f"Anchor {anchor.seq} is not verified.")
    return core.Anchor(
        adapter=place["adapter"],
        collection=place["collection"],
        chain=_with_present_nodes(place["chain"]),
        seq=anchor.seq,
        block=core.Block(bytes(anchor.block_hash), evidence["header"]),
        proof=tuple(unhex(node, "A node of the read proof") for node in evidence["proof"]),
    )


def _with_present_nodes(kept: dict[str, Any]) -> core.Chain:
    genesis = unhex(kept["genesis"], "The genesis hash")
    present = present_place().chain
    if present.genesis == genesis:
        return present
    return core.Chain(kept["name"], genesis, tuple(kept["nodes"]))
