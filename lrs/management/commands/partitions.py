from typing import Any

from django.core.management.base import BaseCommand

from lrs.statements import partitions


class Command(BaseCommand):
    help = "Show the parts of the tables of statements, and make those that are needed next."

    def handle(self, *args: Any, **options: Any) -> None:
        for name in partitions.make_ahead():
            self.stdout.write(f"made {name}")
        for part in partitions.parts():
            bounds = f"{part.begin or 0:,} to {part.end:,}"
            size = f"{part.bytes / 1_000_000:,.1f} MB"
            self.stdout.write(
                f"{part.name:<40} {bounds:<28} {part.rows:>12,} rows {size:>14}  {part.tablespace}"
            )
