from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError

from lrs.statements import partitions


class Command(BaseCommand):
    help = (
        "Show the parts of the tables of statements, and make those that are needed next. "
        "With --move, move an old part to another tablespace (docs/scaling.md)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--move", type=int, metavar="BEGIN", help="the part that begins there")
        parser.add_argument("--tablespace", help="where it is moved to")

    def handle(self, *args: Any, **options: Any) -> None:
        if (options["move"] is None) != (options["tablespace"] is None):
            raise CommandError("Give --move and --tablespace together.")
        for name in partitions.make_ahead():
            self.stdout.write(f"made {name}")
        if options["move"] is not None:
            self._move(options["move"], options["tablespace"])
        for part in partitions.parts():
            bounds = f"{part.begin or 0:,} to {part.end:,}"
            size = f"{part.bytes / 1_000_000:,.1f} MB"
            self.stdout.write(
                f"{part.name:<40} {bounds:<28} {part.rows:>12,} rows {size:>14}  {part.tablespace}"
            )

    def _move(self, begin: int, tablespace: str) -> None:
        try:
            for name in partitions.move(begin=begin, tablespace=tablespace):
                self.stdout.write(f"moved {name}")
        except partitions.NoSuchPart as error:
            raise CommandError(str(error)) from error
        except ProgrammingError as error:
            raise CommandError(
                f"PostgreSQL says: {error}. A superuser makes one with"
                " CREATE TABLESPACE … OWNER … LOCATION '…' (docs/scaling.md)."
            ) from error
