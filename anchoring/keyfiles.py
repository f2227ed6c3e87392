"""Making a signing key and putting it where the others are: a file that only its owner can read."""

import os
import secrets
from pathlib import Path

from django.conf import settings

from anchoring import keys
from anchoring.core import notes
from anchoring.keys import KeyRefused
from anchoring.models import Checkpoint, LogKey


def make(to: Path | None) -> tuple[str, Path]:
    """Make a key behind those at hand, in their file or, where `to` is given, in a new one.

    Returns its vkey and the file. A new file holds the keys at hand too, so that it can take the
    place of LOG_SIGNING_KEY; for a log that has not begun it holds the new key alone. Raises
    KeyRefused where that would lock somebody out.
    """
    mine = list(keys.at_hand())
    begun = Checkpoint.objects.exists()
    if begun:
        _check_can_change(mine)
    elif to is None:
        raise KeyRefused(
            "The log has not begun, and LOG_SIGNING_KEY has a key for it already. To make another "
            "one, elsewhere: --to FILE."
        )
    seed = secrets.token_hex(32)
    text = "\n".join([*settings.LOG_SIGNING_KEY.split(), seed] if begun else [seed])
    path = to or settings.LOG_SIGNING_KEY_PATH
    if path is None:
        raise KeyRefused(
            "LOG_SIGNING_KEY is in the environment, which this command cannot change: give --to "
            "FILE, then unset LOG_SIGNING_KEY and set LOG_SIGNING_KEY_FILE to that file."
        )
    _write(path, text, replace=to is None)
    return vkey_of(seed), path


def drop(vkey: str) -> Path | None:
    """Move a retired key out of the file of LOG_SIGNING_KEY into one of its own beside it.

    Returns that file; None where the keys are in no file that may be written, so that the operator
    has to do it. The log does not sign with the key in either case.
    """
    path: Path | None = settings.LOG_SIGNING_KEY_PATH
    if path is None:
        return None
    seeds = settings.LOG_SIGNING_KEY.split()
    gone = [seed for seed in seeds if vkey_of(seed) == vkey]
    if not gone:
        return None
    aside = path.with_name(f"{path.name}.retired-{notes.key_number(vkey)}")
    try:
        _write_new(aside, gone[0])
        _replace(path, "\n".join(each for each in seeds if each not in gone))
    except OSError:
        # Read-only secrets of a container, say: no harm, for the key is retired all the same.
        return None
    return aside


def vkey_of(seed: str) -> str:
    """The public key of a seed in hexadecimal, under the log's origin."""
    (key,) = keys.read_keys(seed)
    return notes.verifier_key(settings.LOG_ORIGIN, key.public_key())


def _check_can_change(mine: list[str]) -> None:
    """A key can only be added beside the one that signs, and one at a time."""
    rows = {row.vkey: row for row in LogKey.objects.all()}
    active = [vkey for vkey, row in rows.items() if row.last_size is None]
    if not rows:
        raise KeyRefused("Run `manage.py sequence` once, so that the log knows its present key.")
    if not set(active) & set(mine):
        raise KeyRefused(
            "LOG_SIGNING_KEY does not hold the key that signs now. A file without it would lock you "
            "out of your log: start with the right one (docs/keys.md)."
        )
    waiting = [vkey for vkey in mine if vkey not in rows]
    if len(active) > 1 or waiting:
        raise KeyRefused(
            "Keys are being changed already. Finish that first; `manage.py log_keys` says how."
        )


def _write(path: Path, text: str, *, replace: bool) -> None:
    try:
        (_replace if replace else _write_new)(path, text)
    except FileExistsError:
        raise KeyRefused(
            f"{path} is there already and may hold a key: name another file."
        ) from None
    except OSError as error:
        raise KeyRefused(
            f"{path} cannot be written ({error.strerror}). Run this as the user that Keiko runs as, "
            "or give --to FILE."
        ) from error


def _write_new(path: Path, text: str) -> None:
    """Write a file that only we can read; FileExistsError where it is there."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def _replace(path: Path, text: str) -> None:
    """Change a file, whole or not at all. PermissionError where it is another user's, who could not
    read what we write."""
    if path.stat().st_uid != os.geteuid():
        raise PermissionError(13, "it belongs to another user")
    whole = path.with_name(f".{path.name}.new")
    whole.unlink(missing_ok=True)
    _write_new(whole, text)
    whole.replace(path)
