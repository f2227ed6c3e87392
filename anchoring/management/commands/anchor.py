"""`manage.py anchor`: plan an anchor where one is due, and drive those under way."""

from typing import Any

from django.core.management.base import BaseCommand

from anchoring import anchors
from anchoring.status import outlook


class Command(BaseCommand):
    help = "Plans an anchor where one is due, and drives the anchors that are under way."

    def handle(self, *args: Any, **options: Any) -> None:
        report = anchors.anchor_due()
        if report.planned is not None:
            self.stdout.write(f"Anchor {report.planned} was planned.")
        for seq in report.verified:
            self.stdout.write(f"Anchor {seq} is on the chain.")
        if report.planned is None and not report.verified:
            self.stdout.write("Nothing changed.")
        ahead = outlook()
        if ahead.problem:
            self.stdout.write(
                f"Anchoring waits: {ahead.problem} It will be tried again at "
                f"{ahead.next:%Y-%m-%d %H:%M:%S %Z}."
            )
