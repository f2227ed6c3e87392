"""Bearer tokens of issuers that a store trusts (OpenID Connect): from a token to a caller."""

import time
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

import jwt
from django.conf import settings

from lrs.models import TokenSubject, TrustedIssuer
from lrs.oauth.errors import InvalidToken
from lrs.oauth.jwks import ALGORITHMS, key_for
from lrs.stores import authority, usage
from lrs.stores.generation import generation_of
from lrs.stores.scopes import expand
from lrs.stores.selectors import Caller, own_authorities
from lrs.stores.services import remember_authority

_LEEWAY = 30  # seconds that the issuer's clock may differ from ours
_REMEMBERED = 60.0  # seconds before a token's signature is checked again, by the keys of then
_MOST = 10_000
_LONGEST_SUBJECT = 255  # OpenID Connect Core, 2

# By the token's hash: who has it, when to check it again, and when it expires (both in time.time()).
_known: dict[bytes, tuple[Caller, float, float]] = {}


def caller_of_outside_token(token: str, claims: Mapping[str, Any], *, fresh: bool) -> Caller:
    """Who has the token; `claims` are what it says, not yet believed. Raises InvalidToken and KeysUnavailable.

    `fresh`: as for `lrs.stores.authentication.authenticate`.
    """
    slot = sha256(token.encode()).digest()
    remembered = _known.get(slot)
    now = time.time()
    if remembered and now < min(remembered[1], remembered[2]):
        caller = remembered[0]
        if not fresh or generation_of(caller.store_id) == caller.generation:
            return _noted(caller)
    caller, expires = _checked(token, claims)
    if len(_known) >= _MOST:
        _known.clear()
    _known[slot] = caller, now + _REMEMBERED, expires
    return _noted(caller)


def _noted(caller: Caller) -> Caller:
    if caller.subject_id is not None:
        usage.note("subject", caller.subject_id)
    return caller


def _checked(token: str, claims: Mapping[str, Any]) -> tuple[Caller, float]:
    issuer = _issuer_of(claims)
    verified = _verified(token, issuer)
    subject = _subject_of(verified, issuer)
    caller = _caller(issuer, subject, verified)
    remember_authority(caller)
    return caller, float(verified["exp"])


def _issuer_of(claims: Mapping[str, Any]) -> TrustedIssuer:
    """The trusted issuer that the token claims to come from; its store's generation is read with it."""
    said, audience = claims.get("iss"), claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    texts = [said, *(audiences if isinstance(audiences, list) else [None])]
    if not all(isinstance(text, str) and "\0" not in text for text in texts):
        raise InvalidToken("The token has no issuer, or no audience.")
    trusted = TrustedIssuer.objects.select_related("store").filter(
        issuer=said, audience__in=texts[1:], revoked=None
    )[:2]
    if not trusted:
        raise InvalidToken("No store trusts the issuer of the token for its audience.")
    if len(trusted) > 1:
        raise InvalidToken("The token is for the audiences of two stores; ask for one of them.")
    return trusted[0]


def _verified(token: str, issuer: TrustedIssuer) -> dict[str, Any]:
    """The claims of a token that the issuer signed, and that is good now."""
    try:
        header = jwt.get_unverified_header(token)
        algorithm, key_id = header.get("alg"), header.get("kid")
        if algorithm not in issuer.algorithms or algorithm not in ALGORITHMS:
            raise InvalidToken("The token is signed by an algorithm that is not allowed here.")
        key = key_for(issuer.jwks_url, key_id=key_id, algorithm=algorithm)
        if key is None:
            raise InvalidToken("The issuer has no key of the name that the token gives.")
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=issuer.audience,
            issuer=issuer.issuer,
            leeway=_LEEWAY,
            options={"require": ["exp", "iss", "aud", "sub"]},
        )
    except jwt.ExpiredSignatureError as error:
        raise InvalidToken("The token has expired.") from error
    except (jwt.PyJWTError, ValueError) as error:
        raise InvalidToken(
            "The token is malformed, or its signature is not its issuer's."
        ) from error
    return claims


def _subject_of(claims: Mapping[str, Any], issuer: TrustedIssuer) -> TokenSubject:
    said = claims["sub"]
    if not said or len(said) > _LONGEST_SUBJECT or not _is_plain(said):
        raise InvalidToken("The subject of the token is empty, too long or not plain text.")
    subject, _ = TokenSubject.objects.get_or_create(issuer=issuer, subject=said)
    if subject.revoked is not None:
        raise InvalidToken("The subject of the token may not enter this store.")
    return subject


def _caller(issuer: TrustedIssuer, subject: TokenSubject, claims: Mapping[str, Any]) -> Caller:
    store = issuer.store
    values = {
        "subject": subject.subject,
        "issuer": issuer.issuer,
        "store": store.slug,
        "public_url": settings.PUBLIC_URL,
    }
    client = claims.get("azp", claims.get("client_id"))
    if isinstance(client, str) and client and _is_plain(client):
        values["client"] = client
    try:
        template = issuer.authority_template or authority.DEFAULT_OF_TOKENS
        vouches = authority.render(template, values)
    except ValueError as error:
        raise InvalidToken("The token names no client (azp or client_id).") from error
    return Caller(
        store_id=store.pk,
        generation=store.generation,
        label=subject.subject,
        default_version=store.default_version,
        scopes=granted(claims, issuer),
        authority=vouches,
        own=own_authorities(subject.authorities, vouches),
        subject_id=subject.pk,
        by_token=True,
    )


def granted(claims: Mapping[str, Any], issuer: TrustedIssuer) -> frozenset[str]:
    """The scopes of ours that the claim brings, never more than the issuer may give here."""
    ours: set[str] = set()
    for theirs in _words(_claim(claims, issuer.scope_claim)):
        ours.update(issuer.scope_map.get(theirs, ()) if issuer.scope_map else [theirs])
    return expand(ours) & expand(issuer.scopes)


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    """The claim of this name, or the one that its parts lead to: realm_access.roles."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from value.split()
    elif isinstance(value, list):
        yield from (word for word in value if isinstance(word, str))


def _is_plain(text: str) -> bool:
    return text.isprintable() and text.encode(errors="replace").decode() == text
