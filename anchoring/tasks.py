"""What Celery runs periodically; each task finds out by itself what there is to do."""

from celery import shared_task

from anchoring import anchors, checkpoints, sequencer


@shared_task
def sequence() -> None:
    """Bring every pending statement into the log, then sign its head."""
    while sequencer.sequence():
        pass
    checkpoints.publish()


@shared_task
def anchor() -> None:
    """Plan an anchor where one is due, and drive those under way."""
    anchors.anchor_due()
