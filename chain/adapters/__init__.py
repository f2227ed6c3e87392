"""The ways to commit a checkpoint to a chain; `CHAIN_ADAPTER` chooses one."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from chain.adapters.base import AnchorAdapter
from chain.adapters.uniques import UniquesAdapter

__all__ = ["AnchorAdapter", "UniquesAdapter", "get_adapter"]


def get_adapter() -> AnchorAdapter:
    """The adapter that the settings name; ImproperlyConfigured says which there are."""
    if UniquesAdapter.name != settings.CHAIN_ADAPTER:
        raise ImproperlyConfigured(
            f"CHAIN_ADAPTER={settings.CHAIN_ADAPTER!r}: this version of Keiko has one adapter, "
            f"{UniquesAdapter.name!r} (attributes of a collection on any Asset Hub)."
        )
    return UniquesAdapter(collection=settings.CHAIN_COLLECTION)
