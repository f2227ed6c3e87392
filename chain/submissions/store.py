"""Writes a submission's steps: each in a transaction of its own, on disk when it returns."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from chain.models import Submission
from chain.submissions.states import State, check_transition, pause_after

_LONGEST_PAUSE = timedelta(minutes=5)


def move(submission: Submission, state: State, **fields: object) -> None:
    """Take the submission to `state` with these fields.

    RuntimeError where another process has moved it in the meantime: then nothing is written, and
    what this process was about to do with it must not be done.
    """
    before = State(submission.state)
    check_transition(before, state)
    fields = {"last_error": "", "next_attempt_at": None, **fields, "state": state}
    if state is State.VERIFIED:
        # Not before: one whose extrinsic fails each time passes the states between again and again.
        fields["attempts"] = 0
    with transaction.atomic(durable=True):
        moved = Submission.objects.filter(pk=submission.pk, state=before).update(**fields)
    if moved != 1:
        raise RuntimeError(f"Another process has moved submission {submission.pk} on.")
    for name, value in fields.items():
        setattr(submission, name, value)


def note_scanned(submission: Submission, block: int) -> None:
    """Remember that all finalised blocks up to `block` were searched."""
    submission.scanned_to = block
    submission.save(update_fields=["scanned_to"])


def note_failure(submission: Submission, problem: str, *, now: datetime) -> None:
    """Keep why it stopped, and when it goes on: soon after the reason has gone, whatever it was."""
    submission.attempts += 1
    submission.last_error = problem
    pause = pause_after(submission.attempts, most=min(settings.ANCHOR_INTERVAL, _LONGEST_PAUSE))
    submission.next_attempt_at = now + pause
    submission.save(update_fields=["attempts", "last_error", "next_attempt_at"])


@contextmanager
def key_lock(public_key: bytes) -> Iterator[bool]:
    """One process at a time signs with a key; yields whether it is this one.

    A session lock of PostgreSQL: it goes with the connection, however the process ends.
    """
    digest = hashlib.sha256(b"keiko chain submitter" + public_key).digest()
    number = int.from_bytes(digest[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        (held,) = cursor.fetchone()
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
