"""manage.py erase: erase a learner, statements, a store, or what the retention rules do not let stores keep."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from anchoring.ledger import Reason
from lrs.attachments.storage import StorageUnavailable
from lrs.erasure import selectors
from lrs.management.arguments import store_of
from passport.erasure import plan as plans
from passport.erasure import services, targets
from passport.models import ErasureRequest, RetentionRule


class Command(BaseCommand):
    help = (
        "Erases a learner, statements or a store from all that Keiko keeps, for good (docs/erasure.md). "
        "What the log proved of other records stays proven. Killed, it goes on when it is run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument(
            "--learner",
            metavar="WHO",
            help="e-mail address of a learner, or an identifier as statements write it",
        )
        what.add_argument("--statement", metavar="ID", type=UUID, nargs="+")
        what.add_argument("--store", metavar="SLUG", help="the store, with all that it keeps")
        what.add_argument(
            "--retention", action="store_true", help="what stores have kept long enough"
        )
        what.add_argument(
            "--resume", action="store_true", help="carry on what was begun and interrupted"
        )
        parser.add_argument("--of", metavar="SLUG", help="with --statement: of this store only")
        parser.add_argument(
            "--reason",
            type=int,
            choices=[int(reason) for reason in Reason],
            help="what the log will say: "
            + ", ".join(f"{int(reason)} {reason.name.lower()}" for reason in Reason),
        )
        parser.add_argument(
            "--ledger",
            type=Path,
            default=Path(settings.ERASURE_LEDGER),
            help="file that says what was erased; keep it apart from the database (%(default)s)",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, **options: Any) -> None:
        requests = self._requests(options)
        if not requests:
            self.stdout.write("There is nothing to erase.")
            return
        for request in requests:
            self._tell(request)
        if options["dry_run"]:
            self.stdout.write("Nothing was erased: this was a dry run.")
            return
        if not options["yes"] and not _agreed():
            raise CommandError("Nothing was erased. Answer `erase`, or give --yes.")
        for request in requests:
            self._run(request, options["ledger"])

    def _requests(self, options: dict[str, Any]) -> list[ErasureRequest]:
        given = {"reason": options["reason"]} if options["reason"] else {}
        if options["learner"]:
            try:
                return [targets.for_person(text=options["learner"], **given)]
            except targets.NobodyFound as error:
                raise CommandError(str(error)) from error
        if options["statement"]:
            store_id = store_of(options["of"]).pk if options["of"] else None
            found = [
                each
                for statement_id in options["statement"]
                for each in _found(statement_id, store_id)
            ]
            return [targets.for_statements(seqs=found, **given)]
        if options["store"]:
            return [targets.for_store(store_id=store_of(options["store"]).pk, **given)]
        if options["retention"]:
            due = [targets.for_retention(rule=rule) for rule in RetentionRule.objects.all()]
            return [request for request in due if targets.next_batch(request, limit=1)]
        return list(ErasureRequest.objects.order_by("pk"))

    def _tell(self, request: ErasureRequest) -> None:
        for doomed in plans.statements(request):
            leaf = "not in the log" if doomed.index is None else f"leaf {doomed.index}"
            self.stdout.write(
                f"statement {doomed.id} of {doomed.store}, record {doomed.seq}, {leaf}"
            )
        plan = plans.plan(request)
        for text in plan.agents:
            self.stdout.write(f"agent {text}")
        for role, count in plan.roles.items():
            self.stdout.write(f"  named as {role} in {count:,}")
        if plan.account:
            self.stdout.write(f"account {plan.account}, with the passport")
        if plan.kept_account:
            self.stdout.write(
                f"The passport of {plan.kept_account} goes; the account stays, for it may open the "
                "administration. Delete it there."
            )
        self.stdout.write(
            f"In all: {plan.statements:,} statements, {plan.contents:,} attachments, "
            f"{plan.documents:,} documents, {plan.shares:,} shares."
        )

    def _run(self, request: ErasureRequest, ledger: Path) -> None:
        if request.pk is None:
            request.save()
        try:
            for done in services.run(request, file=ledger):
                self.stdout.write(f"{done:,} statements erased")
        except (OSError, StorageUnavailable) as error:
            raise CommandError(
                f"{error}. The erasure was begun: mend this, then `manage.py erase --resume`."
            ) from error
        self.stdout.write(f"Erased for good. Keep {ledger} apart from the database.")


def _found(statement_id: UUID, store_id: int | None) -> list[tuple[int, int]]:
    found = selectors.with_id(statement_id=statement_id, store_id=store_id)
    if not found:
        raise CommandError(f"No statement has the id {statement_id}; nothing was erased.")
    return found


def _agreed() -> bool:
    return input("This cannot be undone. Write `erase` to go on: ").strip() == "erase"
