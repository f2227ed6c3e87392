"""manage.py issue_credential SLUG LABEL [--scope SCOPE …]: a further key and secret of a store."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lrs.models import Store
from lrs.stores.scopes import MEANINGS
from lrs.stores.services import issue_credential


class Command(BaseCommand):
    help = "Issues a credential of a store; the secret is shown once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the store's short name")
        parser.add_argument("label", help="what the credential is for, such as 'Moodle'")
        parser.add_argument("--scope", action="append", choices=list(MEANINGS))

    def handle(self, *, slug: str, label: str, scope: list[str] | None, **options: Any) -> None:
        try:
            store = Store.objects.get(slug=slug)
        except Store.DoesNotExist:
            known = ", ".join(Store.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no store {slug!r}; the stores are: {known}.") from None
        issued = issue_credential(store=store, label=label, scopes=scope or ["all"])
        self.stdout.write(f"key     {issued.key}\nsecret  {issued.secret}")
        self.stdout.write("The secret is not kept and cannot be shown again.")
