"""From a key and secret to a caller: remembered in the process, and looked up again when anything changed."""

from lrs.stores import usage
from lrs.stores.generation import generation_of
from lrs.stores.hashing import hash_secret
from lrs.stores.selectors import Caller, KnownCredential, KnownSecret, find_credential
from lrs.stores.services import remember_authority

_MOST = 10_000  # credentials that a process remembers; beyond that it forgets all and begins again
_known: dict[str, KnownCredential] = {}


def authenticate(*, key: str, secret: str, fresh: bool = True) -> Caller | None:
    """The caller with this key and secret; None when they do not fit, or were revoked, or have expired.

    With `fresh` that is so in the database as committed now. Without, it was so when this process last looked: whoever
    asks so must compare the caller's `generation` itself, in the statement that does the work (AccessChanged).
    """
    found = opened(key=key, secret=secret, fresh=fresh)
    return used(found[0]) if found else None


def opened(
    *, key: str, secret: str, fresh: bool = True
) -> tuple[KnownCredential, KnownSecret] | None:
    """The credential with this key and which of its secrets this is; None and `fresh` as for `authenticate`."""
    digest = hash_secret(secret)
    known = known_credential(key, fresh=fresh)
    which = known.opened_by(digest) if known else None
    if known and not which:
        known = _load(key)  # perhaps a new secret: no one is refused from memory
        which = known.opened_by(digest) if known else None
    return (known, which) if known and which else None


def known_credential(key: str, *, fresh: bool) -> KnownCredential | None:
    """The credential with this key: from memory where nothing changed in its store since, else from the database."""
    known = _known.get(key)
    if known and fresh and generation_of(known.caller.store_id) != known.caller.generation:
        known = None
    return known or _load(key)


def used(known: KnownCredential) -> Caller:
    """Its caller, noted as having been here."""
    if known.caller.credential_id is not None:
        usage.note("credential", known.caller.credential_id)
    return known.caller


def _load(key: str) -> KnownCredential | None:
    known = find_credential(key)
    if known is None:
        _known.pop(key, None)
        return None
    remember_authority(known.caller)
    if len(_known) >= _MOST:
        _known.clear()
    _known[key] = known
    return known
