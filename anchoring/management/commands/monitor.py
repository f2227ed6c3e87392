"""`manage.py monitor`: the whole log in the database against its records, heads and the chain."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from anchoring.core.monitor_state import StateError
from anchoring.core.printing import WORDS, checks_as_text, printable, wrapped
from anchoring.core.report import EXIT_STATUS, Check, Outcome
from anchoring.models import MonitorRun
from anchoring.monitoring import passes


class Command(BaseCommand):
    help = (
        "Goes over the whole log: computes every leaf anew from statement and seed, and compares "
        "tiles, checkpoints, the head, and the anchors on the chain. A run that was ended before "
        "its time goes on where it was. Exit status: 0 all is well, 1 something was changed, "
        "2 something could not be checked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--restart", action="store_true", help="begin at the first leaf again")
        parser.add_argument(
            "--node",
            action="append",
            default=[],
            help="ask this node of the chain instead of CHAIN_URL; may be repeated",
        )
        parser.add_argument(
            "--json", action="store_true", dest="as_json", help="print the result as JSON"
        )

    def handle(
        self, *args: Any, restart: bool, node: list[str], as_json: bool, **options: Any
    ) -> None:
        try:
            run = passes.advance(nodes=node, restart=restart, tell=None if as_json else self._tell)
        except StateError as error:
            raise CommandError(f"{error} {error.advice}", returncode=2) from error
        if run is None:
            raise CommandError("Another monitor is at it. Try again later.", returncode=2)
        self.stdout.write(_as_json(run) if as_json else _as_text(run))
        if status := EXIT_STATUS[Outcome(run.outcome)]:
            sys.exit(status)

    def _tell(self, what: str, done: int, all_of_them: int | None) -> None:
        of = "" if all_of_them is None else f" of {all_of_them}"
        self.stderr.write(f"{what}: {done}{of}")


def _as_json(run: MonitorRun) -> str:
    document = {
        "outcome": run.outcome,
        "time": run.finished.isoformat(timespec="seconds"),
        "size": run.size,
        "checks": run.checks,
        "findings": run.findings,
        "more": run.more,
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _as_text(run: MonitorRun) -> str:
    checks = [
        Check(each["id"], Outcome(each["outcome"]), each["detail"], each["advice"])
        for each in run.checks
    ]
    lines = [checks_as_text(checks)]
    if run.findings:
        lines.append("\nWhat was found:")
    for each in run.findings:
        lines += wrapped(f"  {each['kind']:<10}", printable(f"{each['where']}: {each['detail']}"))
    if run.more:
        lines.append(f"  and {run.more} more")
    lines.append(f"\nResult: {WORDS[Outcome(run.outcome)]}.")
    return "\n".join(lines)
