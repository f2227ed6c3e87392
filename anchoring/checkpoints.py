"""Signed tree heads: what the log says about itself, once for each size."""

from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from anchoring.core import notes, tree
from anchoring.core.errors import MerkleError, NoteError
from anchoring.models import Checkpoint
from anchoring.proofs import prove_consistency
from anchoring.sequencer import frontier_of, read_head
from anchoring.tilestore import TilesMissing


class LogForked(Exception):
    """The head does not continue the newest signed checkpoint; nothing was signed."""


def publish() -> Checkpoint | None:
    """Sign the head and keep the checkpoint, where the log grew since the newest one.

    Returns the checkpoint that was made, else None. Two callers at once are safe: Ed25519 gives
    the same note for the same head, and a size is stored once. Raises LogForked where the head does
    not continue the newest checkpoint, ImproperlyConfigured for another key or origin than its.
    """
    head = read_head()
    last = newest()
    if head.size == 0 or (last is not None and last.size >= head.size):
        return None
    root = frontier_of(head).root()
    _check_continues(last, head.size, root)
    note = notes.sign(notes.Checkpoint(settings.LOG_ORIGIN, head.size, root), signing_key())
    made = Checkpoint(size=head.size, root=root, note=note, created=timezone.now())
    Checkpoint.objects.bulk_create([made], ignore_conflicts=True)
    return made


def newest() -> Checkpoint | None:
    """The checkpoint of the greatest size."""
    return Checkpoint.objects.order_by("-size").first()


def signing_key() -> Ed25519PrivateKey:
    """The log's key, from settings.LOG_SIGNING_KEY."""
    return _signing_key(settings.LOG_SIGNING_KEY)


def verifier_key() -> str:
    """The log's public key as a C2SP verifier key ("vkey")."""
    return notes.verifier_key(settings.LOG_ORIGIN, signing_key().public_key())


def _check_continues(last: Checkpoint | None, size: int, root: bytes) -> None:
    """Never sign a fork: the new head must continue what was signed last.

    One query and some hashes, against a database that was changed from outside.
    """
    if last is None:
        return
    try:
        signed = notes.open_checkpoint(last.note, verifier_key())
    except NoteError as error:
        raise ImproperlyConfigured(
            f"LOG_ORIGIN or LOG_SIGNING_KEY is not that of the log so far: {error} Start Keiko with "
            "those that this database was written with (docs/operate-log.md, Keys)."
        ) from error
    try:
        tree.verify_consistency(
            old=signed.size,
            new=size,
            old_root=signed.root,
            new_root=root,
            proof=prove_consistency(old_size=signed.size, new_size=size),
        )
    except (MerkleError, TilesMissing) as error:
        raise LogForked(
            f"The log's tiles do not continue the checkpoint of size {last.size} ({error}), so the "
            "head was not signed. The tables anchoring_tile or anchoring_head were changed from "
            "outside: restore the database from a backup (docs/operate-log.md)."
        ) from error


@lru_cache(maxsize=4)
def _signing_key(secret: str) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    except ValueError:
        raise ImproperlyConfigured(
            "LOG_SIGNING_KEY: write a 32-byte Ed25519 seed as 64 hexadecimal digits, for example "
            "from `openssl rand -hex 32`."
        ) from None
