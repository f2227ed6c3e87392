"""What Celery runs periodically; each task finds out by itself what there is to do."""

from datetime import timedelta
from time import monotonic

from celery import shared_task
from django.conf import settings

from anchoring import anchors, checkpoints, sequencer, witnesses
from anchoring.committing import several_processes
from anchoring.monitoring import passes

# A third of the time of one worker while a pass is under way, so that the other tasks go on.
_MONITOR_WORKS = timedelta(seconds=10)


@shared_task
def sequence() -> None:
    """Bring every pending statement into the log, and sign its head.

    Where more keeps coming the queue is never empty, so the head is signed in between as well.
    """
    signed = monotonic()
    with several_processes(settings.LOG_PROCESSES) as commit:
        while sequencer.sequence(commit=commit):
            if monotonic() - signed >= settings.LOG_INTERVAL.total_seconds():
                checkpoints.publish()
                signed = monotonic()
    checkpoints.publish()


@shared_task
def cosign() -> None:
    """Ask the witnesses that have not cosigned the newest checkpoint yet."""
    witnesses.cosign()


@shared_task
def anchor() -> None:
    """Plan an anchor where one is due, and drive those under way."""
    anchors.anchor_due()


@shared_task
def monitor() -> None:
    """Go on with the pass over the whole log, or begin one where it is due."""
    if passes.is_due():
        passes.advance(budget=_MONITOR_WORKS)
