"""`manage.py log_keys`: which keys the log signs with, a new one, and the end of an old one."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from anchoring import keyfiles, keys
from anchoring.core.notes import key_number
from anchoring.models import LogKey


class Command(BaseCommand):
    help = "Shows the log's signing keys and what to do next; makes one; retires one. docs/keys.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", metavar="ACTION")
        new = actions.add_parser("new", help="make a key that signs beside the present one")
        new.add_argument(
            "--to",
            type=Path,
            metavar="FILE",
            help="write present keys and the new one to this new file; else into the keys' own file",
        )
        retire = actions.add_parser("retire", help="let an old key sign no more")
        retire.add_argument("key", metavar="KEY", help="the 8 digits of the key's number")
        retire.add_argument(
            "--at-once",
            action="store_true",
            help=f"do not wait until both keys have signed for {keys.OVERLAP.days} days",
        )

    def handle(self, *args: Any, action: str | None = None, **options: Any) -> None:
        try:
            if action == "new":
                self._new(options["to"])
            elif action == "retire":
                self._retire(options["key"], at_once=options["at_once"])
            else:
                self._show()
        except keys.KeyRefused as refused:
            raise CommandError(str(refused)) from refused

    def _new(self, to: Path | None) -> None:
        vkey, path = keyfiles.make(to)
        started = f"with LOG_SIGNING_KEY_FILE={path}" if to else "again"
        self.stdout.write(f"Key {key_number(vkey)} was made, in {path}:\n  {vkey}\n")
        self.stdout.write(
            "Next:\n"
            f"  1. Back up {path} where you keep what must never be lost.\n"
            f"  2. Start every worker and web process {started}. This key then signs, beside the "
            "present one where there is one.\n"
            "  3. `manage.py log_keys` says what follows."
        )

    def _retire(self, number: str, *, at_once: bool) -> None:
        done = keys.retire(number, at_once=at_once)
        aside = keyfiles.drop(done.vkey)
        where = f"It was moved to {aside}." if aside else "Take it out of LOG_SIGNING_KEY now."
        self.stdout.write(
            f"Key {number} signs no more; what it signed up to {done.last_size} records counts on. "
            f"{key_number(done.successor)} goes on.\n"
            f"Next:\n"
            f"  1. {where} Restart every worker and web process.\n"
            f"  2. Give verifiers the new trust file ({settings.PUBLIC_URL}/log/trust.json): it "
            "names the last size of the old key.\n"
            "  3. Keep the old key in your safe as long as you keep backups of the database from "
            "before the new key: only the old one continues those."
        )

    def _show(self) -> None:
        rows, mine = list(LogKey.objects.all()), keys.at_hand()
        for row in rows:
            here = "in LOG_SIGNING_KEY" if row.vkey in mine else "not in LOG_SIGNING_KEY here"
            state = (
                f"signs since {row.admitted:%Y-%m-%d %H:%M %Z}"
                if row.last_size is None
                else f"retired at {row.last_size} records"
            )
            self.stdout.write(f"{key_number(row.vkey)}  {state}, {here}\n  {row.vkey}")
        waiting = [vkey for vkey in mine if vkey not in {row.vkey for row in rows}]
        for vkey in waiting:
            self.stdout.write(f"{key_number(vkey)}  has not signed yet\n  {vkey}")
        self.stdout.write(f"Next: {_next_step(rows, waiting)}")


def _next_step(rows: list[LogKey], waiting: list[str]) -> str:
    active = [row for row in rows if row.last_size is None]
    if waiting:
        return (
            "restart every worker; the key signs from the next checkpoint on (`manage.py sequence` "
            "makes one at once)."
        )
    if len(active) > 1:
        old, new = active[-1], active[0]
        return (
            "give verifiers the trust file that names both keys "
            f"({settings.PUBLIC_URL}/log/trust.json); from {new.admitted + keys.OVERLAP:%Y-%m-%d} "
            f"on, `manage.py log_keys retire {key_number(old.vkey)}`."
        )
    return "nothing. `manage.py log_keys new` begins a change of keys."
