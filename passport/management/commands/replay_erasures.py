"""manage.py replay_erasures: after a restore, erase again what the ledger says."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from anchoring.ledgerfile import LedgerUnreadable, read
from lrs.attachments.storage import StorageUnavailable
from passport.erasure import plan as plans
from passport.erasure import replay, services


class Command(BaseCommand):
    help = (
        "Erases again what a restored backup brought back, by the ledger that was kept apart from the "
        "database. Stop the web processes and workers first, and start them afterwards."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ledger", type=Path, help="the file, by default ERASURE_LEDGER")
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")

    def handle(self, *, ledger: Path, dry_run: bool, **options: Any) -> None:
        try:
            lines = list(read(ledger))
        except (OSError, LedgerUnreadable) as error:
            raise CommandError(f"{error} Nothing was erased.") from error
        erased = 0
        for request in replay.requests(lines):
            if dry_run:
                erased += plans.plan(request).statements
                continue
            request.save()
            try:
                for done in services.run(request, file=Path(settings.ERASURE_LEDGER)):
                    self.stdout.write(f"{erased + done:,} statements erased again")
            except (OSError, StorageUnavailable) as error:
                raise CommandError(f"{error}. Mend this, then run the command again.") from error
            erased += request.statements
        if dry_run:
            self.stdout.write(f"Up to {erased:,} statements would be erased again.")
            return
        rows = replay.finish(lines)
        self.stdout.write(
            f"{len(lines):,} lines replayed: {erased:,} statements were back and are erased; "
            f"{rows:,} rows of the ledger were lost and are there again."
        )
