"""manage.py import_statements FILE… --store SLUG: statements from JSON Lines, by the rules of POST."""

import json
import zlib
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lrs.imports import services
from lrs.imports.lines import Batch, Source, batches, opened
from lrs.imports.progress import Progress
from lrs.imports.services import ImportRefused
from lrs.imports.types import Tally, Terms
from lrs.imports.workers import WorkerFailed, imported
from lrs.models import RefusedLine, Store
from lrs.xapi import jsontext, schemas

_HELP = """Imports statements, one a line (JSON Lines), plain or by gzip; - reads standard input.

Each line is judged as if it were sent by POST alone: a line that is refused is listed with its number and the reason,
and the others are stored. A statement keeps its id and its timestamp, and gets a `stored` of now, as xAPI demands of a
server that takes it. One that is stored already and says the same is left as it is.

An import can be ended at any moment, by kill -9 too: run the same command again and it goes on where it was, without
doubling a statement, those without an id included. A file that is imported is not imported again, unless with --again.
"""


class Command(BaseCommand):
    help = _HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(
            prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", nargs="+", metavar="FILE", help="JSON Lines; - is standard input"
        )
        parser.add_argument("--store", required=True, help="the store's short name")
        parser.add_argument(
            "--authority",
            metavar="JSON",
            help="the agent that vouches for the statements (default: one named after the import)",
        )
        parser.add_argument(
            "--keep-authority",
            action="store_true",
            help="leave a statement's own authority as it is, where it has one: for files that you trust",
        )
        parser.add_argument(
            "--workers", type=int, default=2, help="processes that store (default 2)"
        )
        parser.add_argument(
            "--refused", type=Path, help="file for the refused lines (default: under var/imports/)"
        )
        parser.add_argument(
            "--again",
            action="store_true",
            help="import from the first line, whatever was done before",
        )

    def handle(self, **options: Any) -> None:
        store = Store.objects.filter(slug=options["store"]).first()
        if store is None:
            raise CommandError(f"There is no store {options['store']!r}: manage.py create_store.")
        authority = _authority(options["authority"], store)
        total = Tally()
        for name in options["files"]:
            try:
                total += self._import(name, store, authority, options)
            except (OSError, EOFError, zlib.error) as error:
                raise CommandError(f"{name}: {error}") from error
            except (ImportRefused, WorkerFailed) as error:
                raise CommandError(f"{name}: {error} Run the command again to go on.") from error
        if total.refused:
            raise CommandError(f"{total.refused:,} lines were refused.", returncode=3)

    def _import(
        self, name: str, store: Store, authority: dict[str, Any], options: dict[str, Any]
    ) -> Tally:
        with opened(name) as source:
            read = batches(source, longest=settings.XAPI_MAX_BODY_BYTES)
            first = next(read, None)
            if first is None:
                raise CommandError(f"{name} is empty.")
            found = services.begin_import(
                store=store, first=first, name=name, again=options["again"]
            )
            terms = Terms(
                import_id=found.pk,
                store_id=store.pk,
                authority=authority,
                keep_authority=options["keep_authority"],
                version=store.default_version,
            )
            with services.alone(import_id=found.pk):
                total = self._run(terms, source, chain([first], read), options["workers"])
                services.finish_import(import_id=found.pk)
        self.stdout.write(
            f"{name}: {total.stored:,} stored, {total.unchanged:,} there already, "
            f"{total.refused:,} refused"
        )
        if total.refused:
            self.stdout.write(
                f"The refused lines are in {_list_refused(terms, options['refused'])}."
            )
        return total

    def _run(self, terms: Terms, source: Source, read: Iterator[Batch], workers: int) -> Tally:
        total = Tally()
        progress = Progress("lines")

        def to_do() -> Iterator[Batch]:
            nonlocal total
            for batch in read:
                done = services.done_already(import_id=terms.import_id, batch=batch)
                if done is None:
                    yield batch
                else:
                    total += done

        for batch, tally in imported(to_do(), terms=terms, workers=max(1, workers)):
            total += tally
            progress.add(
                len(batch.lines),
                fraction=batch.end / source.size if source.size else None,
                also=f"{total.refused:,} refused" if total.refused else "",
            )
        if progress.done:
            progress.close()
        return total


def _authority(text: str | None, store: Store) -> dict[str, Any]:
    if text is None:
        account = {"homePage": settings.PUBLIC_URL, "name": "import"}
        return {"objectType": "Agent", "name": "Import", "account": account}
    try:
        agent = json.loads(text)
    except ValueError as error:
        raise CommandError(f"--authority is not JSON: {error}") from error
    if not schemas.fits_actor(agent, store.default_version):
        raise CommandError('--authority is no agent. Such as {"mbox":"mailto:lrs@example.org"}.')
    found: dict[str, Any] = agent
    return found


def _list_refused(terms: Terms, path: Path | None) -> Path:
    path = path or settings.VAR_DIR / "imports" / f"{terms.import_id}.refused.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for each in RefusedLine.objects.filter(source=terms.import_id).order_by("line").iterator():
            parts = {
                "line": each.line,
                "path": each.path,
                "message": each.message,
                "advice": each.advice,
            }
            file.write(
                jsontext.dumps({key: value for key, value in parts.items() if value}) + b"\n"
            )
    return path
