"""manage.py rotate_secret KEY [--old-expires WHEN]: a second secret, so that clients can change over without a gap."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from lrs.management.arguments import WHEN, credential_of, moment
from lrs.stores.services import rotate_secret


class Command(BaseCommand):
    help = (
        "Issues a second secret of a credential, shown once. Both are good until the old one "
        "expires or withdraw_secret ends it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", help="the credential's key")
        parser.add_argument(
            "--old-expires", type=moment, metavar="WHEN", help=f"when the old one ends: {WHEN}"
        )

    def handle(self, *, key: str, old_expires: datetime | None, **options: Any) -> None:
        try:
            issued = rotate_secret(credential=credential_of(key), old_expires=old_expires)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(f"key     {issued.key}\nsecret  {issued.secret}")
        until = f"at {old_expires:%Y-%m-%d %H:%M %Z}" if old_expires else "with withdraw_secret"
        self.stdout.write(f"The secret cannot be shown again. The old one ends {until}.")
