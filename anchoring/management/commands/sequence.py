"""`manage.py sequence`: bring every pending statement into the log, then sign its head."""

from typing import Any

from django.core.management.base import BaseCommand

from anchoring import checkpoints, sequencer


class Command(BaseCommand):
    help = "Brings every pending statement into the log and signs the log's head."

    def handle(self, *args: Any, **options: Any) -> None:
        total = 0
        while taken := sequencer.sequence():
            total += taken
        made = checkpoints.publish()
        size = sequencer.read_head().size
        self.stdout.write(
            f"{total} statements taken from the queue; the log has {size} leaves; "
            + ("a new checkpoint was signed." if made else "no new checkpoint was needed.")
        )
