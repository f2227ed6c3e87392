"""manage.py create_store SLUG NAME: a new store, and its first credential."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from lrs.models import XapiVersion
from lrs.stores.services import create_store, issue_credential


class Command(BaseCommand):
    help = "Creates a store and a credential with all scopes; the secret is shown once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="short name, such as north-school")
        parser.add_argument("name", help="name for people, such as 'North School'")
        parser.add_argument("--default-version", choices=XapiVersion.values, default=XapiVersion.V1)

    def handle(self, *, slug: str, name: str, default_version: str, **options: Any) -> None:
        try:
            store = create_store(slug=slug, name=name, default_version=default_version)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        issued = issue_credential(store=store, label="first credential", scopes=["all"])
        self.stdout.write(f"store   {store.slug}\nkey     {issued.key}\nsecret  {issued.secret}")
        self.stdout.write("The secret is not kept and cannot be shown again.")
