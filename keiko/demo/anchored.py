"""Waits until the term is in the log and on the chain, within bounds."""

import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from anchoring.status import RecordStatus, statuses

LOG_PATIENCE = 60  # seconds; the sequencer runs every second
ANCHOR_PATIENCE = 120  # seconds; a block and its finality take half a minute on the embedded chain
_PAUSE = 1.0


class NotLoggedError(Exception):
    """The statements did not enter the log; the message says what to do."""


@dataclass(frozen=True)
class Outcome:
    """`waiting` records are not anchored yet: why, and when anchoring is tried (again)."""

    anchored: int
    waiting: int
    problem: str | None
    expected_by: datetime | None


def wait_until_anchored(
    *, seqs: Collection[int], say: Callable[[str], None], patience: float = ANCHOR_PATIENCE
) -> Outcome:
    """Returns when every record is anchored, or when waiting longer makes no sense.

    A chain that is out of reach for ten seconds is not waited for. Raises NotLoggedError
    when the log itself does not advance.
    """
    begun = time.monotonic()
    troubled_since: float | None = None
    last = ""
    while True:
        found = list(statuses(seqs=seqs).values())
        counts = Counter(status.state for status in found)
        line = f"{counts['recorded']} recorded, {counts['logged']} logged, {counts['anchored']} anchored"
        if line != last:
            say(line)
            last = line
        elapsed = time.monotonic() - begun
        if counts["anchored"] == len(found):
            return _outcome(found)
        if counts["recorded"]:
            if elapsed > LOG_PATIENCE:
                raise NotLoggedError(
                    f"{counts['recorded']} statements are not in the log after {LOG_PATIENCE} "
                    "seconds. Is a Celery worker running, with beat?"
                )
        elif elapsed > patience:
            return _outcome(found)
        if any(status.problem for status in found):
            troubled_since = troubled_since or time.monotonic()
            if not counts["recorded"] and time.monotonic() - troubled_since > 10:
                return _outcome(found)
        else:
            troubled_since = None
        time.sleep(_PAUSE)


def _outcome(found: list[RecordStatus]) -> Outcome:
    waiting = [status for status in found if status.state != "anchored"]
    dates = [status.expected_by for status in waiting if status.expected_by]
    return Outcome(
        anchored=len(found) - len(waiting),
        waiting=len(waiting),
        problem=next((status.problem for status in waiting if status.problem), None),
        expected_by=max(dates) if dates else None,
    )
