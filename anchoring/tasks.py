"""What Celery runs periodically; each task finds out by itself what there is to do."""

from time import monotonic

from celery import shared_task
from django.conf import settings

from anchoring import anchors, checkpoints, sequencer
from anchoring.committing import several_processes


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
def anchor() -> None:
    """Plan an anchor where one is due, and drive those under way."""
    anchors.anchor_due()
