"""Who is asking: from a key and secret to a store and scopes."""

import hmac
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache

from lrs.models import Credential
from lrs.stores.scopes import expand
from lrs.stores.services import hash_secret


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated credential. `scopes` holds what was granted with all that it implies."""

    credential_id: int
    label: str
    store_id: int
    default_version: str
    scopes: frozenset[str]

    def may(self, *scopes: str) -> bool:
        """Whether this credential has one of the scopes."""
        return not self.scopes.isdisjoint(scopes)


def authenticate(*, key: str, secret: str) -> Caller | None:
    """The caller with this key and secret; None when they do not fit or were revoked.

    Kept for XAPI_CREDENTIAL_CACHE_SECONDS in this process, so a revocation takes effect that late.
    """
    offered = hash_secret(secret)
    slot = f"lrs-credential-{key}" if key.isascii() and key.isalnum() and len(key) <= 64 else None
    found: tuple[bytes, Caller] | None = cache.get(slot) if slot else None
    if found is None:
        found = _find(key)
        if found and slot:
            cache.set(slot, found, settings.XAPI_CREDENTIAL_CACHE_SECONDS)
    if found and hmac.compare_digest(found[0], offered):
        return found[1]
    return None


def _find(key: str) -> tuple[bytes, Caller] | None:
    if "\0" in key:
        return None
    credential = Credential.objects.select_related("store").filter(key=key, revoked=None).first()
    if credential is None:
        return None
    return bytes(credential.secret_hash), Caller(
        credential_id=credential.pk,
        label=credential.label,
        store_id=credential.store_id,
        default_version=credential.store.default_version,
        scopes=expand(credential.scopes),
    )
