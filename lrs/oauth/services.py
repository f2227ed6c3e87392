"""Issuers that a store trusts: taken in, changed, let go."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lrs.models import Store, TokenSubject, TrustedIssuer
from lrs.oauth.jwks import ALGORITHMS
from lrs.stores import authority, scopes
from lrs.stores.services import check_template

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@transaction.atomic
def trust_issuer(
    *,
    store: Store,
    label: str,
    issuer: str,
    audience: str,
    jwks_url: str,
    granted: Sequence[str],
    algorithms: Sequence[str] = ("RS256",),
    scope_claim: str = "scope",
    scope_map: Mapping[str, Sequence[str]] | None = None,
    authority_template: Mapping[str, Any] | None = None,
) -> TrustedIssuer:
    """From now on tokens of the issuer for the audience open the store, with `granted` at the most.

    `scope_map`: from the issuer's name of a scope or role to ours; None where they are the same. Raises
    ValidationError with what is wrong by field, also when another store has this issuer and audience.
    """
    trusted = TrustedIssuer(
        store=store,
        label=label,
        issuer=issuer,
        audience=audience,
        jwks_url=jwks_url,
        algorithms=list(algorithms),
        scopes=sorted(set(granted)),
        scope_claim=scope_claim,
        scope_map={name: list(ours) for name, ours in (scope_map or {}).items()},
        authority_template=None if authority_template is None else dict(authority_template),
    )
    check_issuer(trusted)
    trusted.save()
    return trusted


@transaction.atomic
def change_issuer(
    *,
    trusted: TrustedIssuer,
    label: str,
    jwks_url: str,
    granted: Sequence[str],
    algorithms: Sequence[str],
    scope_claim: str,
    scope_map: Mapping[str, Sequence[str]],
    authority_template: Mapping[str, Any] | None,
) -> TrustedIssuer:
    """Change how the issuer's tokens are read and what they may do. Its store, issuer and audience stay.

    Raises ValidationError with what is wrong by field, also when it is trusted no more.
    """
    locked = TrustedIssuer.objects.select_for_update().get(pk=trusted.pk)
    if locked.revoked is not None:
        raise ValidationError(_("This issuer is trusted no more; trust it anew."))
    locked.label, locked.jwks_url, locked.scope_claim = label, jwks_url, scope_claim
    locked.algorithms, locked.scopes = list(algorithms), sorted(set(granted))
    locked.scope_map = {name: list(ours) for name, ours in scope_map.items()}
    locked.authority_template = None if authority_template is None else dict(authority_template)
    check_issuer(locked)
    locked.save()
    return locked


def check_issuer(trusted: TrustedIssuer) -> None:
    """For a form: raises ValidationError, by field, unless everything in the row can be kept."""
    trusted.full_clean()
    wrong: dict[str, str] = {}
    if not is_safe_url(trusted.issuer):
        wrong["issuer"] = _("An issuer is an https address, as in the tokens' claim “iss”.")
    elif trusted.issuer == settings.PUBLIC_URL:
        wrong["issuer"] = _("This server's own tokens need no trust.")
    if not is_safe_url(trusted.jwks_url):
        wrong["jwks_url"] = _("The keys are fetched by https (http only from this machine).")
    unknown = sorted(set(trusted.algorithms) - set(ALGORITHMS))
    if unknown or not trusted.algorithms:
        wrong["algorithms"] = _("Not possible: %(unknown)s. There are %(known)s.") % {
            "unknown": ", ".join(unknown) or "[]",
            "known": ", ".join(ALGORITHMS),
        }
    wrong |= _wrong_scopes(trusted)
    if trusted.authority_template is not None:
        try:
            check_template(trusted.authority_template, authority.OF_TOKENS)
        except ValidationError as error:
            wrong["authority_template"] = " ".join(error.messages)
    if wrong:
        raise ValidationError(wrong)


def revoke_issuer(*, issuer: TrustedIssuer) -> None:
    """From now on no token of the issuer opens the store."""
    TrustedIssuer.objects.filter(pk=issuer.pk, revoked=None).update(revoked=timezone.now())


def revoke_subject(*, subject: TokenSubject) -> None:
    """From now on no token of this subject opens the store, whatever its issuer says."""
    TokenSubject.objects.filter(pk=subject.pk, revoked=None).update(revoked=timezone.now())


def _wrong_scopes(trusted: TrustedIssuer) -> dict[str, str]:
    wrong = {}
    try:
        scopes.check(trusted.scopes)
    except ValueError as error:
        wrong["scopes"] = str(error)
    try:
        if not isinstance(trusted.scope_map, dict):
            raise ValueError(_("The names of scopes are a JSON object."))
        for ours in trusted.scope_map.values():
            if not isinstance(ours, list):
                raise ValueError(_("Each name stands for a list of scopes."))
            scopes.check(ours)
    except ValueError as error:
        wrong["scope_map"] = str(error)
    return wrong


def is_safe_url(url: str) -> bool:
    """Whether keys may be fetched from there: https, or http on this machine; no name and password in it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    if not host or parts.username or parts.fragment or " " in url:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
