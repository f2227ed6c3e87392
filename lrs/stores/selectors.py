"""Who is asking: what the database knows of a credential."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from lrs.models import Credential, CredentialSecret, Store
from lrs.stores import authority
from lrs.stores.scopes import expand
from lrs.xapi.actors import authority_identity

_LONGEST_KEY = 64  # what the column holds


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who may do something in a store. `scopes` holds what was granted with all that it implies.

    `authority` is the agent (or the pair) under which its statements are stored; `own` are all those that it has had,
    each as a text (lrs.xapi.actors.authority_identity). `generation` is the store's when this was looked up. It comes
    by a credential (`credential_id`) or by the token of a trusted issuer (`subject_id`).
    """

    store_id: int
    generation: int
    label: str
    default_version: str
    scopes: frozenset[str]
    authority: Mapping[str, Any]
    own: tuple[str, ...]
    credential_id: int | None = None
    subject_id: int | None = None
    by_token: bool = False

    def may(self, *scopes: str) -> bool:
        """Whether this caller has one of the scopes."""
        return not self.scopes.isdisjoint(scopes)


@dataclass(frozen=True, slots=True)
class KnownSecret:
    id: int
    digest: bytes
    expires: datetime | None


@dataclass(frozen=True, slots=True)
class KnownCredential:
    """A credential that opens its store, as it was in the database."""

    caller: Caller
    key: str
    secrets: tuple[KnownSecret, ...]
    expires: datetime | None

    def opened_by(self, digest: bytes) -> KnownSecret | None:
        """The secret that has this HMAC, if it is good at this moment."""
        now = timezone.now()
        # Every secret is compared, each in constant time: the time says nothing about which one fits.
        fitting = [one for one in self.secrets if hmac.compare_digest(one.digest, digest)]
        if not fitting or _is_past(self.expires, now) or _is_past(fitting[0].expires, now):
            return None
        return fitting[0]

    def secret(self, secret_id: int) -> KnownSecret | None:
        """The secret with this number, if it is good at this moment."""
        now = timezone.now()
        if _is_past(self.expires, now):
            return None
        return next(
            (one for one in self.secrets if one.id == secret_id and not _is_past(one.expires, now)),
            None,
        )


def find_credential(key: str) -> KnownCredential | None:
    """The credential with this key, None when there is none that opens anything."""
    if not key or len(key) > _LONGEST_KEY or "\0" in key:
        return None
    now = timezone.now()
    good = Q(expires=None) | Q(expires__gt=now)
    credential = (
        Credential.objects.select_related("store").filter(good, key=key, revoked=None).first()
    )
    if credential is None:
        return None
    # Read after the store's generation, which came with the credential: were it the other way round, a secret that
    # was withdrawn in between would be remembered as good under the new generation.
    secrets = CredentialSecret.objects.filter(good, credential=credential, withdrawn=None)
    return KnownCredential(
        caller=caller_of_credential(credential),
        key=key,
        secrets=tuple(KnownSecret(one.pk, bytes(one.digest), one.expires) for one in secrets),
        expires=credential.expires,
    )


def caller_of_credential(credential: Credential) -> Caller:
    store = credential.store
    vouches = authority_of(store, number=credential.pk, label=credential.label)
    return Caller(
        store_id=store.pk,
        generation=store.generation,
        label=credential.label,
        default_version=store.default_version,
        scopes=expand(credential.scopes),
        authority=vouches,
        own=own_authorities(credential.authorities, vouches),
        credential_id=credential.pk,
    )


def authority_of(store: Store, *, number: int, label: str) -> dict[str, Any]:
    """The agent that vouches for a credential's statements, by the store's template."""
    template = store.authority_template or authority.DEFAULT_OF_CREDENTIALS
    values = {
        "number": str(number),
        "label": label,
        "store": store.slug,
        "public_url": settings.PUBLIC_URL,
    }
    return authority.render(template, values)


def own_authorities(remembered: list[str], present: Mapping[str, Any]) -> tuple[str, ...]:
    """The authorities that were, and the one that is, each once."""
    return tuple(dict.fromkeys([*remembered, authority_identity(present)]))


def good_secrets(credential: Credential) -> list[CredentialSecret]:
    """The credential's secrets that open it now, oldest first."""
    now = timezone.now()
    live = credential.secrets.filter(Q(expires=None) | Q(expires__gt=now), withdrawn=None)
    return list(live.order_by(F("created"), "pk"))


def _is_past(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now
