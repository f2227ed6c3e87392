"""What an erasure is about: a request for it, and which statements are still to go."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db.models import Model
from django.utils.timezone import now

from anchoring.ledger import Reason
from lrs.agents.identifiers import identifiers_in
from lrs.agents.selectors import agent_ids
from lrs.erasure import selectors
from passport.learners.sha1 import with_sha1
from passport.models import ErasureRequest, Identity, Learner, RetentionRule

Subject = ErasureRequest.Subject


class NobodyFound(Exception):
    """Nothing is known of what was asked to be erased."""


@dataclass(frozen=True, slots=True)
class Target:
    """The row ids and texts that a request's `target` holds, and whatever it leaves out empty.

    `store` and `before` of a store and a retention rule; `seqs` by store; `identifiers`, `learner` and `account` of a
    learner; `agents` of a ledger that is replayed. With `before`, only what was stored or changed earlier goes.
    """

    seqs: dict[int, list[int]]
    store: int | None
    before: datetime | None
    identifiers: list[str]
    agents: list[int]
    learner: int | None
    account: int | None


def target_of(request: ErasureRequest) -> Target:
    found = request.target
    return Target(
        seqs={int(store): seqs for store, seqs in found.get("seqs", {}).items()},
        store=found.get("store"),
        before=datetime.fromisoformat(found["before"]) if found.get("before") else None,
        identifiers=found.get("identifiers", []),
        agents=found.get("agents", []),
        learner=found.get("learner"),
        account=found.get("account"),
    )


def next_batch(request: ErasureRequest, *, limit: int) -> tuple[int, list[int]] | None:
    """The store and seqs of the next statements that the request is about; None when all are gone."""
    for store_id, seqs in _batches(request, limit):
        if seqs:
            return store_id, seqs
    return None


def _batches(request: ErasureRequest, limit: int) -> Iterator[tuple[int, list[int]]]:
    target = target_of(request)
    for store_id, seqs in target.seqs.items():
        yield store_id, selectors.among(store_id=store_id, seqs=seqs, limit=limit)
    if target.store is not None:
        yield (
            target.store,
            selectors.of_store(store_id=target.store, before=target.before, limit=limit),
        )
    for store_id, agents in agents_of(target).items():
        yield store_id, selectors.naming(agent_ids=agents, before=target.before, limit=limit)


def learner_of(target: Target) -> Learner | None:
    found = Learner.objects.select_related("user")
    return None if target.learner is None else found.filter(pk=target.learner).first()


def account_of(target: Target) -> Model | None:
    users = get_user_model().objects
    return None if target.account is None else users.filter(pk=target.account).first()


def agents_of(target: Target) -> dict[int, list[int]]:
    """The agents that the person is, by store."""
    known = agent_ids(identifiers=target.identifiers) if target.identifiers else []
    return selectors.stores_of(agent_ids=[*known, *target.agents])


# --- Requests, not saved yet ----------------------------------------------------------------------
def for_statements(
    *, seqs: Collection[tuple[int, int]], reason: int = Reason.STATEMENT
) -> ErasureRequest:
    """Of statements, each by store and seq."""
    by_store: dict[str, list[int]] = {}
    for store_id, seq in seqs:
        by_store.setdefault(str(store_id), []).append(seq)
    return ErasureRequest(subject=Subject.STATEMENTS, target={"seqs": by_store}, reason=reason)


def for_person(*, text: str, reason: int = Reason.LEARNER) -> ErasureRequest:
    """Of whoever a text means: a learner's e-mail address, or an xAPI identifier (lrs.agents.identifiers).

    Raises NobodyFound where neither the passport nor a store knows such a person.
    """
    typed = identifiers_in(text)
    user = get_user_model().objects.filter(email__iexact=text.strip()).first()
    learner = Learner.objects.filter(user=user).first() if user else None
    if learner is None:
        identity = Identity.objects.filter(identifier__in=typed).select_related("learner").first()
        learner = identity.learner if identity else None
    if learner is not None:
        return for_learner(learner=learner, also=typed, reason=reason)
    if not agent_ids(identifiers=with_sha1(typed)):
        raise NobodyFound(
            f"Neither the passport nor a store knows {text!r}. Give the learner's e-mail address, or an "
            "identifier as statements write it, such as mailto:ana@school.example or "
            "'https://moodle.example 17' (account: home page, space, name)."
        )
    return ErasureRequest(
        subject=Subject.LEARNER, target={"identifiers": with_sha1(typed)}, reason=reason
    )


def for_learner(
    *, learner: Learner, also: Collection[str] = (), reason: int = Reason.LEARNER
) -> ErasureRequest:
    """Of a learner with all identities, and their account unless it may open the administration."""
    known = {*learner.identities.values_list("identifier", flat=True), *also}
    target = {
        "identifiers": with_sha1(known),
        "learner": learner.pk,
        "account": None if learner.user.is_staff else learner.user_id,
    }
    return ErasureRequest(subject=Subject.LEARNER, target=target, reason=reason)


def for_account(*, account: int, reason: int) -> ErasureRequest:
    return ErasureRequest(subject=Subject.LEARNER, target={"account": account}, reason=reason)


def for_agents(*, agents: Collection[int], before: datetime, reason: int) -> ErasureRequest:
    """Of agents by their rows: what names them and was stored before a moment."""
    target = {"agents": sorted(agents), "before": before.isoformat()}
    return ErasureRequest(subject=Subject.LEARNER, target=target, reason=reason)


def for_store(*, store_id: int, reason: int = Reason.STORE) -> ErasureRequest:
    return ErasureRequest(subject=Subject.STORE, target={"store": store_id}, reason=reason)


def for_retention(*, rule: RetentionRule) -> ErasureRequest:
    """Of what the rule's store has kept long enough by now."""
    before = now() - timedelta(days=rule.days)
    target = {"store": rule.store_id, "before": before.isoformat()}
    return ErasureRequest(subject=Subject.RETENTION, target=target, reason=Reason.RETENTION)
