from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lrs.statements import training
from lrs.statements.training import TooFewStatements


class Command(BaseCommand):
    help = "Make a compression dictionary from the newest statements, for those that are stored from now on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--statements", type=int, default=20_000, help="to learn from (the newest)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = training.train(documents=training.newest_documents(options["statements"]))
        except TooFewStatements as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Dictionary {made.pk}, from {made.samples:,} statements.")
