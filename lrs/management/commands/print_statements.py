from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from lrs.models import Statement, StatementId
from lrs.statements.documents import decode

_AT_ONCE = 500


class Command(BaseCommand):
    help = "Print stored statements as they are served, a line each, the oldest first; voided ones too."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", help="the store's short name (default: all stores)")
        parser.add_argument("--after", type=int, default=0, help="begin after this seq")
        parser.add_argument("ids", nargs="*", type=UUID, help="only the statements with these ids")

    def handle(self, *args: Any, **options: Any) -> None:
        statements = Statement.objects.order_by("seq")
        if options["store"]:
            statements = statements.filter(store__slug=options["store"])
        if options["ids"]:
            seqs = StatementId.objects.filter(id__in=options["ids"]).values("seq")
            statements = statements.filter(seq__in=seqs)
        after = options["after"]
        while rows := statements.filter(seq__gt=after).values_list("seq", "encoding", "document")[
            :_AT_ONCE
        ]:
            for seq, encoding, document in rows:
                self.stdout.write(decode(encoding, document).decode())
                after = seq
