"""What the chain says, and how far each submission is."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from chain.errors import ProofError, SetupError
from chain.light.errors import NodeProblem
from chain.models import Submission
from chain.node import Node
from chain.services import meet_chain
from chain.signer import check_signer_suits, load_signer
from chain.submissions.states import State


class Command(BaseCommand):
    help = "Says which chain is used, whether its node answers, and how far each submission is."

    def handle(self, *_args: Any, **_options: Any) -> None:
        counts = dict(Submission.objects.order_by().values_list("state").annotate(Count("id")))
        for state in State:
            self.stdout.write(f"{state:<10} {counts.get(state, 0)}")
        for submission in Submission.objects.exclude(last_error="").order_by("seq"):
            again = submission.next_attempt_at
            self.stdout.write(
                f"anchor {submission.seq}: {submission.last_error}"
                + (f" Next attempt at {again:%Y-%m-%d %H:%M:%S %Z}." if again else "")
            )
        try:
            self._ask_node()
        except (NodeProblem, SetupError, ProofError) as error:
            raise CommandError(str(error)) from error

    def _ask_node(self) -> None:
        if not settings.CHAIN_URL:
            raise SetupError("CHAIN_URL is not set: give the http address of a node.")
        node = Node(settings.CHAIN_URL, timeout=settings.CHAIN_TIMEOUT_SECONDS)
        chain = meet_chain(node)
        check_signer_suits(development=chain.development and node.is_development())
        finalised, best = node.finalised(), node.best()
        self.stdout.write(
            f"chain      {chain.name}, genesis 0x{bytes(chain.genesis).hex()}\n"
            f"node       {node.description()} at {node.url}\n"
            f"blocks     best {best.number}, finalised {finalised.number}\n"
            f"signer     {load_signer().ss58_address}"
        )
