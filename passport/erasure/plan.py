"""What an erasure would take, before anything is written: the dry run."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count

from anchoring import leaves
from anchoring.models import Kind
from lrs.agents.selectors import agent_ids
from lrs.erasure import selectors
from lrs.models import AgentRole, Attachment, Store
from passport.erasure.targets import Target, agents_of, learner_of, target_of
from passport.models import ErasureRequest, Share

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Doomed:
    """A statement that would go: its store's slug, its id and seq, and its leaf where it is in the log."""

    store: str
    id: str
    seq: int
    index: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """How much would go. `roles`: in how many of the statements somebody has each role."""

    statements: int
    contents: int
    documents: int
    agents: list[str]
    roles: dict[str, int]
    shares: int
    account: str | None
    kept_account: str | None


def plan(request: ErasureRequest) -> Plan:
    target = target_of(request)
    agents = [agent for each in agents_of(target).values() for agent in each]
    doomed = [each.seq for each in statements(request)]
    learner = learner_of(target)
    email = getattr(learner.user, "email", "") if learner else ""
    return Plan(
        statements=len(doomed),
        contents=_contents(doomed),
        documents=selectors.documents_of(agent_ids=agents),
        agents=[text for text in target.identifiers if agent_ids(identifiers=[text])],
        roles={
            str(AgentRole(role).label): count
            for role, count in selectors.roles_of(agent_ids=agents).items()
        },
        shares=_shares(target, doomed),
        account=email if target.account is not None else None,
        kept_account=email if learner and target.account is None else None,
    )


def statements(request: ErasureRequest) -> Iterator[Doomed]:
    """Every statement that would go."""
    slugs = dict(Store.objects.values_list("pk", "slug"))
    for store_id, seqs in _every_batch(request):
        places = leaves.index_of(kind=Kind.STATEMENT, records=seqs)
        for seq, statement_id in sorted(selectors.ids_of(seqs=seqs).items()):
            yield Doomed(slugs[store_id], str(statement_id), seq, places.get(seq))


def _every_batch(request: ErasureRequest) -> Iterator[tuple[int, list[int]]]:
    target = target_of(request)
    for store_id, seqs in target.seqs.items():
        yield store_id, selectors.among(store_id=store_id, seqs=seqs, limit=len(seqs))
    if target.store is not None:
        after = 0
        while seqs := selectors.of_store(
            store_id=target.store, before=target.before, after=after, limit=_AT_ONCE
        ):
            yield target.store, seqs
            after = seqs[-1]
    for store_id, agents in agents_of(target).items():
        after = 0
        while seqs := selectors.naming(
            agent_ids=agents, before=target.before, after=after, limit=_AT_ONCE
        ):
            yield store_id, seqs
            after = seqs[-1]


def _contents(doomed: list[int]) -> int:
    """Attachments that only these statements have."""
    theirs = Attachment.objects.filter(links__seq__in=doomed).values("pk")
    counted = Attachment.objects.filter(pk__in=theirs).annotate(all=Count("links"))
    in_these = dict(
        Attachment.objects.filter(links__seq__in=doomed)
        .annotate(these=Count("links"))
        .values_list("pk", "these")
    )
    return sum(in_these[pk] == every for pk, every in counted.values_list("pk", "all"))


def _shares(target: Target, doomed: list[int]) -> int:
    if target.learner is not None:
        return Share.objects.filter(learner=target.learner).count()
    touched = Share.objects.filter(statements__seq__in=doomed).distinct()
    gone = set(doomed)
    return sum(set(share.statements.values_list("seq", flat=True)) <= gone for share in touched)
