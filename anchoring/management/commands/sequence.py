"""`manage.py sequence`: bring every pending statement into the log, then sign its head."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from anchoring import checkpoints, sequencer
from anchoring.committing import several_processes


class Command(BaseCommand):
    help = "Brings every pending statement into the log and signs the log's head."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--retry",
            action="store_true",
            help="try again the statements that were set aside (after a fault was mended)",
        )

    def handle(self, *args: Any, retry: bool = False, **options: Any) -> None:
        if retry:
            sequencer.retry_set_aside()
        total = 0
        with several_processes(settings.LOG_PROCESSES) as commit:
            while taken := sequencer.sequence(commit=commit):
                total += taken
        made = checkpoints.publish()
        self.stdout.write(
            f"{total} statements taken from the queue; the log has {sequencer.read_head().size} "
            f"leaves; {'a new checkpoint was signed' if made else 'no new checkpoint was needed'}."
        )
        if aside := sequencer.set_aside():
            self.stderr.write(
                f"{aside} {'statement is' if aside == 1 else 'statements are'} set aside: see "
                "/admin/anchoring/pending/ for why, and run `sequence --retry` once that is mended."
            )
