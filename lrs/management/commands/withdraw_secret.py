"""manage.py withdraw_secret KEY: the end of a rotation; the older secret opens nothing from now on."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from lrs.management.arguments import credential_of
from lrs.stores.services import withdraw_secret


class Command(BaseCommand):
    help = "Withdraws the older of a credential's two secrets, at once and everywhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", help="the credential's key")

    def handle(self, *, key: str, **options: Any) -> None:
        try:
            gone = withdraw_secret(credential=credential_of(key))
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(f"The secret of {gone.created:%Y-%m-%d %H:%M %Z} opens nothing now.")
