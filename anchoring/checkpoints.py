"""Signed tree heads: what the log says about itself, once for each size."""

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from anchoring import keys
from anchoring.core import notes, tree
from anchoring.core.errors import MerkleError, NoteError
from anchoring.models import Checkpoint
from anchoring.proofs import prove_consistency
from anchoring.sequencer import frontier_of, read_head
from anchoring.tilestore import TilesMissing


class LogForked(Exception):
    """The head does not continue the newest signed checkpoint; nothing was signed."""


@transaction.atomic
def publish() -> Checkpoint | None:
    """Sign the head with every key that signs, and keep the checkpoint, where the log grew since
    the newest one; where it did not, add the signatures of keys that are new.

    Returns the checkpoint that was made or changed, else None. Two callers at once are safe:
    Ed25519 gives the same note for the same head, and a size is stored once. Raises LogForked where
    the head does not continue the newest checkpoint, ImproperlyConfigured where no key at hand is
    one of the log.
    """
    head = read_head()
    last = newest()
    if head.size == 0 or (last is not None and last.size > head.size):
        return None
    if last is not None and last.size == head.size and not keys.missing_in(last.note):
        return None
    root = frontier_of(head).root()
    signing = keys.signing(last.note if last else None)
    _check_continues(last, head.size, root)
    if last is not None and last.size == head.size:
        return _sign_too(last, signing)
    note = notes.sign(notes.Checkpoint(settings.LOG_ORIGIN, head.size, root), *signing)
    made = Checkpoint(size=head.size, root=root, note=note, created=timezone.now())
    Checkpoint.objects.bulk_create([made], ignore_conflicts=True)
    return made


def _sign_too(checkpoint: Checkpoint, signing: Sequence[Ed25519PrivateKey]) -> Checkpoint | None:
    """Add the signatures of keys that came after the checkpoint: an idle log changes keys too."""
    note = notes.add_signatures(checkpoint.note, signing)
    if note == checkpoint.note:
        return None
    checkpoint.note = note
    checkpoint.save(update_fields=["note"])
    return checkpoint


def newest() -> Checkpoint | None:
    """The checkpoint of the greatest size."""
    return Checkpoint.objects.order_by("-size").first()


def verifier_key() -> str:
    """The log's present public key as a C2SP verifier key ("vkey")."""
    return keys.known()[0].key


def _check_continues(last: Checkpoint | None, size: int, root: bytes) -> None:
    """Never sign a fork: the new head must continue what was signed last.

    One query and some hashes, against a database that was changed from outside.
    """
    if last is None:
        return
    try:
        signed = notes.open_with(last.note, keys.known())
    except NoteError as error:
        raise ImproperlyConfigured(
            f"LOG_ORIGIN or the log's keys are not those of the log so far: {error} Start Keiko "
            "with those that this database was written with (docs/keys.md)."
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
