"""manage.py revoke_credential KEY: the credential opens nothing from now on, in every process."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from lrs.management.arguments import credential_of
from lrs.stores.services import revoke_credential


class Command(BaseCommand):
    help = "Revokes a credential with all its secrets and tokens, at once and everywhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", help="the credential's key")

    def handle(self, *, key: str, **options: Any) -> None:
        credential = credential_of(key)
        revoke_credential(credential=credential)
        self.stdout.write(f"{credential.label} ({credential.key}) opens nothing now.")
