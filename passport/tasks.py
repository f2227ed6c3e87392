"""What Celery runs periodically for the passport; each task finds out by itself what there is to do."""

from celery import shared_task

from passport.erasure import services


@shared_task
def erase() -> None:
    """Carry on erasures that were begun, and erase what the retention rules do not let a store keep."""
    services.resume()
