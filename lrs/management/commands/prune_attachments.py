"""manage.py prune_attachments: remove contents that no statement has."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lrs.attachments.services import CLAIM, prune
from lrs.attachments.storage import StorageUnavailable


class Command(BaseCommand):
    help = (
        "Removes the contents of attachments that no statement has: what a crash or an erasure left. "
        "Safe while statements arrive, and to be killed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--hours",
            type=int,
            default=CLAIM // timedelta(hours=1),
            help="only what nobody asked to keep for so many hours (1 or more; default %(default)s)",
        )
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *, hours: int, dry_run: bool, **options: Any) -> None:
        if hours < 1:  # a request that is still running has claimed what it is about to link
            raise CommandError("--hours is 1 or more.")
        try:
            count, length = prune(older_than=timedelta(hours=hours), dry_run=dry_run)
        except StorageUnavailable as error:
            raise CommandError(f"The storage did not answer: {error}. Run it again.") from error
        verb = "would be removed" if dry_run else "were removed"
        self.stdout.write(f"{count:,} contents of {length:,} bytes {verb}.")
