from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lrs.statements import dictionaries
from lrs.statements.dictionaries import TooFewStatements


class Command(BaseCommand):
    help = "Make a compression dictionary from the newest statements, for those that are stored from now on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--statements", type=int, default=20_000, help="to learn from (the newest)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = dictionaries.train(
                documents=dictionaries.newest_documents(options["statements"])
            )
        except TooFewStatements as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Dictionary {made.pk}, from {made.samples:,} statements.")
