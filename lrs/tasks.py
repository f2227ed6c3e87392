"""What Celery runs periodically for the LRS; each task finds out by itself what there is to do."""

from celery import shared_task

from lrs.hierarchy import discovery
from lrs.ingestion import services as ingestion
from lrs.rejections import services as rejections
from lrs.statements import partitions, training


@shared_task
def count_arrivals() -> None:
    """Bring the sums of the graphs up to the last whole minute."""
    while ingestion.count_arrivals():
        pass


@shared_task
def follow_hierarchy() -> None:
    """Find courses, classes and sessions in the statements that have come since."""
    discovery.catch_up()


@shared_task
def purge() -> None:
    """Forget rejected requests, and sums of minutes, that are older than the settings say."""
    rejections.purge()
    ingestion.purge_minutes()


@shared_task
def make_partitions() -> None:
    """Have the part of the next statements, and the one after it, ready."""
    partitions.make_ahead()


@shared_task
def train_dictionary() -> None:
    """Make a better compression dictionary where the newest statements would gain much by it."""
    training.train_if_worthwhile()
