"""When a credential was last used: written now and then, beside the requests, and never at their cost."""

import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import connection

_EVERY = 60.0  # seconds between two writes for one credential in one process
_MOST = 100_000  # credentials and subjects that are remembered; beyond that all are forgotten, and written once more

_log = logging.getLogger(__name__)
_noted: dict[tuple[str, int], float] = {}
_writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="last-used")

_UPDATE = {
    # A process that wrote in the same minute has said all there is to say.
    "credential": (
        "UPDATE lrs_credential SET last_used = now()"
        " WHERE id = %s AND (last_used IS NULL OR last_used < now() - interval '1 minute')"
    ),
    "subject": (
        "UPDATE lrs_tokensubject SET last_used = now()"
        " WHERE id = %s AND (last_used IS NULL OR last_used < now() - interval '1 minute')"
    ),
}


def note(kind: str, row_id: int) -> Future[None] | None:
    """Remember that the credential, or the subject of tokens, was used now. Never raises, never waits.

    The future is of the write, where this use causes one.
    """
    now = time.monotonic()
    slot = kind, row_id
    last = _noted.get(slot)
    if last is not None and now - last < _EVERY:
        return None
    if len(_noted) >= _MOST:
        _noted.clear()
    _noted[slot] = now
    try:
        writing = _writer.submit(_write, kind, row_id)
    except RuntimeError:  # the process is ending
        return None
    writing.add_done_callback(_report)
    return writing


def _write(kind: str, row_id: int) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(_UPDATE[kind], [row_id])
    finally:
        connection.close()  # this thread may not run again for long


def _report(writing: Future[None]) -> None:
    if not writing.cancelled() and (error := writing.exception()):
        _log.warning("The time of a credential's last use was not written: %s", error)
