"""Stores and their credentials."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from lrs.models import Credential, Store, XapiVersion
from lrs.stores.scopes import check


@dataclass(frozen=True, slots=True)
class IssuedCredential:
    """A new credential with its secret, which is shown once and can never be read again."""

    credential: Credential
    key: str
    secret: str


@transaction.atomic
def create_store(*, slug: str, name: str, default_version: str = XapiVersion.V1) -> Store:
    """Raises ValidationError when the slug is taken or not a slug, or the version is unknown."""
    store = Store(slug=slug, name=name, default_version=default_version)
    store.full_clean()
    store.save()
    return store


def issue_credential(*, store: Store, label: str, scopes: Sequence[str]) -> IssuedCredential:
    """A new key and secret, each of 160 random bits. Raises ValueError for an unknown scope."""
    granted = check(scopes)
    key, secret = secrets.token_hex(20), secrets.token_hex(20)
    credential = Credential.objects.create(
        store=store,
        label=label,
        key=key,
        secret_hash=hash_secret(secret),
        scopes=granted,
    )
    return IssuedCredential(credential=credential, key=key, secret=secret)


def revoke_credential(*, credential: Credential) -> None:
    """From now on (in each process after XAPI_CREDENTIAL_CACHE_SECONDS) the credential opens nothing."""
    Credential.objects.filter(pk=credential.pk, revoked=None).update(revoked=timezone.now())


def hash_secret(secret: str) -> bytes:
    """HMAC-SHA256 of a secret under XAPI_SECRET_KEY.

    The secrets are random and long, so a slow hash would add nothing but time to every request.
    """
    return hmac.digest(settings.XAPI_SECRET_KEY.encode(), secret.encode(), hashlib.sha256)
