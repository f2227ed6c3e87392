"""Whether the log keeps up: what waits, for how long, and how old checkpoint and anchor are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from anchoring.anchors import newest_verified
from anchoring.checkpoints import newest
from anchoring.core.report import Outcome
from anchoring.models import Checkpoint, Pending
from anchoring.monitoring.passes import newest_run
from anchoring.sequencer import read_head, set_aside
from lrs.statements import selectors as statements

_RATE_OVER = timedelta(minutes=1)
_MEANINGS = {
    "leaves": ("counter", "Records in the log."),
    "leaves_per_second": ("gauge", "Records that entered the log a second, over the last minute."),
    "waiting": ("gauge", "Statements that wait for their place in the log."),
    "waiting_seconds": ("gauge", "How long ago the oldest of them was stored; 0 where none waits."),
    "late": ("gauge", "1 where that is more than LOG_MAX_DELAY_SECONDS, else 0."),
    "set_aside": ("gauge", "Statements that could not be committed to: a person must look."),
    "checkpoint_age_seconds": ("gauge", "Since the newest checkpoint was signed."),
    "anchor_age_seconds": ("gauge", "Since the newest verified anchor's block."),
    "monitor_age_seconds": ("gauge", "Since the monitor last came to the log's end."),
    "monitor_failed": ("gauge", "1 where it found the log at fault, else 0."),
}


@dataclass(frozen=True, slots=True)
class LogMetrics:
    """The log at one moment. None where there is no checkpoint, no anchor, or no look of
    the monitor yet."""

    leaves: int
    leaves_per_second: float
    waiting: int
    waiting_seconds: float
    late: int
    set_aside: int
    checkpoint_age_seconds: float | None
    anchor_age_seconds: float | None
    monitor_age_seconds: float | None
    monitor_failed: int | None


def measure() -> LogMetrics:
    """The log now, in a few queries by index and a count of the queue."""
    now = timezone.now()
    waiting = Pending.objects.filter(problem="")
    oldest = waiting.order_by("seq").values_list("seq", flat=True).first()
    stored = statements.stored_at(seq=oldest) if oldest is not None else None
    waited = _age(stored, now) or 0.0
    checkpoint, anchor, run = newest(), newest_verified(), newest_run()
    leaves = read_head().size
    return LogMetrics(
        leaves=leaves,
        leaves_per_second=(leaves - _size_at(now - _RATE_OVER)) / _RATE_OVER.total_seconds(),
        waiting=waiting.count(),
        waiting_seconds=waited,
        late=int(waited > settings.LOG_MAX_DELAY.total_seconds()),
        set_aside=set_aside(),
        checkpoint_age_seconds=_age(checkpoint.created if checkpoint else None, now),
        anchor_age_seconds=_age(anchor.block_time if anchor else None, now),
        monitor_age_seconds=_age(run.finished if run else None, now),
        monitor_failed=int(run.outcome == Outcome.FAILED) if run else None,
    )


def exposition() -> str:
    """The metrics in Prometheus's text format, version 0.0.4."""
    found = measure()
    lines = []
    for name, (kind, meaning) in _MEANINGS.items():
        value = getattr(found, name)
        if value is not None:
            lines += [
                f"# HELP keiko_log_{name} {meaning}",
                f"# TYPE keiko_log_{name} {kind}",
                f"keiko_log_{name} {round(value, 3)}",
            ]
    return "\n".join(lines) + "\n"


def _size_at(moment: datetime) -> int:
    """The log's size then: that of the newest checkpoint which is older. At most one is made in
    each LOG_INTERVAL, so few rows are passed over."""
    older = Checkpoint.objects.filter(created__lte=moment).order_by("-size")
    return older.values_list("size", flat=True).first() or 0


def _age(moment: datetime | None, now: datetime) -> float | None:
    return max(0.0, (now - moment).total_seconds()) if moment else None
