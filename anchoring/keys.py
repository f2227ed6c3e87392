"""The log's keys: those at hand (settings.LOG_SIGNING_KEY), and those that the log has had.

Private keys never enter the database; `LogKey` holds the public ones. A key is admitted when it
first signs beside one that was admitted before: so a wrong key never continues a log, and keys
change by an overlap in which both sign. See docs/keys.md.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from anchoring.core import notes
from anchoring.core.notes import KnownKey
from anchoring.models import Checkpoint, LogKey

# So long verifiers have to get the newer trust file, before the old key stops signing.
OVERLAP = timedelta(days=30)


class KeyRefused(Exception):
    """The keys stay as they are; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Retirement:
    """A key that stopped signing, the last size that counts, and the one that goes on."""

    vkey: str
    last_size: int
    successor: str


def at_hand() -> dict[str, Ed25519PrivateKey]:
    """The private keys of LOG_SIGNING_KEY by their vkey, in the order in which they stand there."""
    keys = read_keys(settings.LOG_SIGNING_KEY)
    return {notes.verifier_key(settings.LOG_ORIGIN, key.public_key()): key for key in keys}


def known() -> tuple[KnownKey, ...]:
    """The log's keys as a verifier has to know them: the newest that signs, then all others.

    Those at hand where the log has signed nothing yet.
    """
    rows = sorted(LogKey.objects.all(), key=lambda row: row.last_size is not None)
    found = [KnownKey(row.vkey, row.last_size) for row in rows]
    return tuple(found or [KnownKey(vkey) for vkey in at_hand()])


def missing_in(note: str) -> bool:
    """Whether a key at hand has not signed this note."""
    mine = at_hand()
    return len(notes.signed_by(note, mine)) < len(mine)


def signing(last: str | None) -> list[Ed25519PrivateKey]:
    """The keys that sign now, after those that are new were admitted. `last`: the newest note.

    Call it in the transaction that stores what is signed: until it ends, no key is retired.
    Raises ImproperlyConfigured where no key at hand is one that signs for this log.
    """
    mine = at_hand()
    rows = {row.vkey: row for row in LogKey.objects.select_for_update()}
    if rows:
        old = {vkey for vkey in mine if vkey in rows and rows[vkey].last_size is None}
    else:
        # A log from before there were rows, or a new one.
        old = set(mine if last is None else notes.signed_by(last, mine))
    if not old:
        raise ImproperlyConfigured(_not_of_this_log(mine, rows))
    fresh = [vkey for vkey in mine if vkey not in rows]
    now = timezone.now()
    LogKey.objects.bulk_create(
        [LogKey(vkey=vkey, admitted=now) for vkey in fresh], ignore_conflicts=True
    )
    return [key for vkey, key in mine.items() if vkey in old or vkey in fresh]


@transaction.atomic
def retire(number: str, *, at_once: bool = False) -> Retirement:
    """Let the key with this number (8 hexadecimal digits) sign no more. Its row keeps the newest
    size as the last that counts. Raises KeyRefused where that would lock out the operator or, unless
    `at_once`, the verifiers."""
    rows = list(LogKey.objects.select_for_update())
    row = next((row for row in rows if notes.key_number(row.vkey) == number), None)
    newest = Checkpoint.objects.order_by("-size").first()
    if row is None or newest is None:
        raise KeyRefused(f"The log has no key {number}. `manage.py log_keys` lists them.")
    if row.last_size is not None:
        raise KeyRefused(f"Key {number} was retired already, at {row.last_size} records.")
    successor = _successor(row, rows, newest.note)
    now = timezone.now()
    if not at_once and now < successor.admitted + OVERLAP:
        raise KeyRefused(
            f"Both keys have signed since {successor.admitted:%Y-%m-%d} only. Verifiers need until "
            f"{successor.admitted + OVERLAP:%Y-%m-%d} to get the trust file that names the new one. "
            "If the old key was stolen, do not wait: --at-once."
        )
    row.last_size, row.retired = newest.size, now
    row.save()
    return Retirement(row.vkey, newest.size, successor.vkey)


def _successor(row: LogKey, rows: list[LogKey], note: str) -> LogKey:
    """The oldest other key that signs, is at hand, and has signed the newest checkpoint."""
    others = [each for each in rows if each.last_size is None and each != row]
    if not others:
        raise KeyRefused(
            "This is the only key that signs: without it the log could not go on. Make another "
            "first: `manage.py log_keys new`."
        )
    here = [each for each in others if each.vkey in at_hand()]
    if not here:
        raise KeyRefused(
            "The other key is not in LOG_SIGNING_KEY here, so the log could not go on. Put it back."
        )
    signed = notes.signed_by(note, [each.vkey for each in here])
    ready = [each for each in here if each.vkey in signed]
    if not ready:
        raise KeyRefused(
            "The newest checkpoint is not signed by the other key: a worker was not restarted since "
            "that key was added. Restart every worker, wait for `manage.py sequence`, and try again."
        )
    return min(ready, key=lambda each: each.admitted)


def _not_of_this_log(mine: dict[str, Ed25519PrivateKey], rows: dict[str, LogKey]) -> str:
    if any(vkey in rows for vkey in mine):
        numbers = ", ".join(notes.key_number(vkey) for vkey in mine if vkey in rows)
        return (
            f"LOG_SIGNING_KEY holds only keys that were retired ({numbers}): restart Keiko with the "
            "key that signs now. `manage.py log_keys` shows which that is."
        )
    return (
        "LOG_ORIGIN or LOG_SIGNING_KEY is not that of the log so far. Start Keiko with those that "
        "this database was written with. A new key signs beside the old one first (docs/keys.md)."
    )


@lru_cache(maxsize=4)
def read_keys(secret: str) -> tuple[Ed25519PrivateKey, ...]:
    """The keys of a setting: seeds in hexadecimal, separated by white space."""
    try:
        seeds = [bytes.fromhex(word) for word in dict.fromkeys(secret.lower().split())]
        keys = tuple(map(Ed25519PrivateKey.from_private_bytes, seeds))
    except ValueError:
        keys = ()
    if not keys:
        raise ImproperlyConfigured(
            "LOG_SIGNING_KEY: write 32-byte Ed25519 seeds as 64 hexadecimal digits each, separated "
            "by white space. `manage.py log_keys new --to FILE` makes one."
        )
    return keys
