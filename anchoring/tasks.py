"""What Celery runs periodically; each task finds out by itself what there is to do."""

from celery import shared_task

from anchoring import checkpoints, sequencer


@shared_task
def sequence() -> None:
    """Bring every pending statement into the log, then sign its head."""
    while sequencer.sequence():
        pass
    checkpoints.publish()
