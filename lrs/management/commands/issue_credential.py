"""manage.py issue_credential SLUG LABEL [--scopes A,B] [--expires WHEN]: a further key and secret of a store."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from lrs.management.arguments import WHEN, moment, store_of
from lrs.stores.scopes import MEANINGS
from lrs.stores.services import issue_credential


class Command(BaseCommand):
    help = "Issues a credential of a store; the secret is shown once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the store's short name")
        parser.add_argument("label", help="what the credential is for, such as 'Moodle'")
        parser.add_argument("--scope", action="append", choices=list(MEANINGS), default=[])
        parser.add_argument("--scopes", default="", help="the same, separated by commas")
        parser.add_argument("--expires", type=moment, metavar="WHEN", help=WHEN)
        parser.add_argument("--note", default="", help="for administrators: who has it")

    def handle(
        self,
        *,
        slug: str,
        label: str,
        scope: list[str],
        scopes: str,
        expires: datetime | None,
        note: str,
        **options: Any,
    ) -> None:
        wanted = [*scope, *(one.strip() for one in scopes.split(",") if one.strip())]
        try:
            issued = issue_credential(
                store=store_of(slug),
                label=label,
                scopes=wanted or ["all"],
                expires=expires,
                note=note,
            )
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"key     {issued.key}\nsecret  {issued.secret}")
        self.stdout.write("The secret is not kept and cannot be shown again.")
