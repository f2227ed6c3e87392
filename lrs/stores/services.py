"""Stores and their credentials: made, changed, withdrawn.

Whatever is withdrawn here opens nothing from the moment at which the transaction has committed, in every process on
every machine (lrs.stores.generation).
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lrs.models import Credential, CredentialSecret, Store, XapiVersion
from lrs.stores import authority
from lrs.stores.hashing import hash_secret
from lrs.stores.scopes import check
from lrs.stores.selectors import Caller, good_secrets
from lrs.xapi.actors import authority_identity

SECRETS_AT_ONCE = 2
_REMEMBER_OF_CREDENTIAL = (
    "UPDATE lrs_credential SET authorities = authorities || jsonb_build_array(%s::text)"
    " WHERE id = %s AND NOT authorities ? %s"
)
_REMEMBER_OF_SUBJECT = (
    "UPDATE lrs_tokensubject SET authorities = authorities || jsonb_build_array(%s::text)"
    " WHERE id = %s AND NOT authorities ? %s"
)


@dataclass(frozen=True, slots=True)
class IssuedCredential:
    """A credential with a new secret, which is shown once and can never be read again."""

    credential: Credential
    key: str
    secret: str


@transaction.atomic
def create_store(
    *,
    slug: str,
    name: str,
    default_version: str = XapiVersion.V1,
    authority_template: Mapping[str, Any] | None = None,
) -> Store:
    """Raises ValidationError when the slug is taken or not a slug, the version is unknown or the template wrong."""
    store = Store(slug=slug, name=name, default_version=default_version)
    if authority_template is not None:
        _check_of_store(authority_template)
        store.authority_template = dict(authority_template)
    store.full_clean()
    store.save()
    return store


@transaction.atomic
def change_store(*, store: Store, slug: str, name: str, default_version: str) -> Store:
    """Rename the store, or have it name another version to a client that names none.

    Raises ValidationError when the slug is taken or not a slug, or the version is unknown.
    """
    changed = Store.objects.select_for_update().get(pk=store.pk)
    changed.slug, changed.name, changed.default_version = slug, name, default_version
    changed.full_clean()
    changed.save(update_fields=["slug", "name", "default_version"])
    return changed


@transaction.atomic
def set_authority_template(*, store: Store, template: Mapping[str, Any] | None) -> None:
    """From now on the store's credentials vouch as this template says; None is the usual one.

    Stored statements keep the authority that they have. Raises ValidationError, with what is wrong, for a template
    that gives no valid authority (see lrs.stores.authority for what may stand in it).
    """
    if template is not None:
        _check_of_store(template)
    store.authority_template = None if template is None else dict(template)
    store.save(update_fields=["authority_template"])


@transaction.atomic
def issue_credential(
    *,
    store: Store,
    label: str,
    scopes: Sequence[str],
    expires: datetime | None = None,
    note: str = "",
) -> IssuedCredential:
    """A new key and secret, each of 160 random bits. Raises ValueError for an unknown scope, ValidationError for a
    time of expiry that is past.
    """
    granted = check(scopes)
    _check_future(expires)
    credential = Credential.objects.create(
        store=store,
        label=label,
        note=note,
        key=secrets.token_hex(20),
        scopes=granted,
        expires=expires,
    )
    return _with_new_secret(credential)


@transaction.atomic
def rotate_secret(
    *, credential: Credential, old_expires: datetime | None = None
) -> IssuedCredential:
    """A second secret beside the one in use; both are good until the old one expires or is withdrawn.

    Raises ValidationError when there are two already, or the credential was revoked, or `old_expires` is past.
    """
    locked = _locked(credential)
    good = good_secrets(locked)
    if len(good) >= SECRETS_AT_ONCE:
        raise ValidationError(_("There are two good secrets already: withdraw the old one first."))
    _check_future(old_expires)
    if old_expires is not None:
        CredentialSecret.objects.filter(pk__in=[one.pk for one in good]).update(expires=old_expires)
    return _with_new_secret(locked)


@transaction.atomic
def withdraw_secret(*, credential: Credential, secret_id: int | None = None) -> CredentialSecret:
    """End the secret with this number, or the oldest, at once. Tokens that were given for it end with it.

    Raises ValidationError when it is not a good secret of the credential, or the only one: then nothing would be left
    to rotate, and the credential is to be revoked, or rotated first.
    """
    good = good_secrets(_locked(credential))
    if len(good) < SECRETS_AT_ONCE:
        raise ValidationError(
            _("It is the only secret: issue a second one first, or revoke the credential.")
        )
    chosen = next((one for one in good if secret_id in (None, one.pk)), None)
    if chosen is None:
        raise ValidationError(_("The credential has no good secret with this number."))
    chosen.withdrawn = timezone.now()
    chosen.save(update_fields=["withdrawn"])
    return chosen


@transaction.atomic
def change_credential(
    *,
    credential: Credential,
    label: str,
    note: str,
    scopes: Sequence[str],
    expires: datetime | None,
) -> Credential:
    """Raises ValueError for an unknown scope, ValidationError when it was revoked or the time of expiry is past."""
    granted = check(scopes)
    locked = _locked(credential)
    if expires != locked.expires:
        _check_future(expires)
    locked.label, locked.note, locked.scopes, locked.expires = label, note, granted, expires
    locked.save(update_fields=["label", "note", "scopes", "expires"])
    return locked


def revoke_credential(*, credential: Credential) -> None:
    """From now on the credential opens nothing, nor do the tokens that it was given."""
    Credential.objects.filter(pk=credential.pk, revoked=None).update(revoked=timezone.now())


def remember_authority(caller: Caller) -> None:
    """Keep under which agent this caller stores statements, so that it finds its own when that has changed."""
    one = authority_identity(caller.authority)
    row_id = caller.subject_id if caller.credential_id is None else caller.credential_id
    with connection.cursor() as cursor:
        cursor.execute(
            _REMEMBER_OF_SUBJECT if caller.credential_id is None else _REMEMBER_OF_CREDENTIAL,
            [one, row_id, one],
        )


def _with_new_secret(credential: Credential) -> IssuedCredential:
    secret = secrets.token_hex(20)
    CredentialSecret.objects.create(credential=credential, digest=hash_secret(secret))
    return IssuedCredential(credential=credential, key=credential.key, secret=secret)


def _locked(credential: Credential) -> Credential:
    """The credential's row, ours until the transaction ends."""
    locked = Credential.objects.select_for_update().get(pk=credential.pk)
    if locked.revoked is not None:
        raise ValidationError(_("The credential was revoked; issue a new one."))
    return locked


def _check_future(moment: datetime | None) -> None:
    if moment is not None and moment <= timezone.now():
        raise ValidationError(_("The time of expiry is past."))


def check_template(template: object, placeholders: Mapping[str, str]) -> None:
    """Raises ValidationError, in the language that is active, unless the template gives a valid authority.

    `placeholders`: what may stand in it (lrs.stores.authority). What xAPI's own rules say of it is in English.
    """
    if not isinstance(template, dict):
        raise ValidationError(
            _("The authority is a JSON object: an Agent, or a Group of two Agents.")
        )
    try:
        authority.check(template, placeholders)
    except authority.UnknownPlaceholder as error:
        told = _("There is no {%(name)s} here; there are %(known)s.")
        raise ValidationError(told % {"name": error.name, "known": error.known}) from error
    except authority.NoAuthority as error:
        told = _("It gives no valid authority (an agent, or an anonymous group of two): %(error)s")
        raise ValidationError(told % {"error": error}) from error


def _check_of_store(template: Mapping[str, Any]) -> None:
    try:
        check_template(template, authority.OF_CREDENTIALS)
    except ValidationError as error:
        raise ValidationError({"authority_template": error.messages}) from error
