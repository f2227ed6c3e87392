"""What is kept of a person or a store beside statements, and the request itself: one transaction, the last."""

from collections.abc import Iterator, Sequence

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Model, Q

from anchoring import ledger
from lrs.agents.identifiers import parts
from lrs.agents.selectors import names_of_agents
from lrs.erasure.people import forget_agents, forget_notes, forget_subjects
from lrs.erasure.stores import delete_store
from passport.erasure import shares, targets
from passport.erasure.targets import Target, account_of, agents_of, learner_of, target_of
from passport.models import ErasureRequest, Share


def subjects(target: Target) -> Iterator[tuple[ledger.Subject, list[int]]]:
    """What the ledger says of a person: agents, learner and account, by the numbers of their rows."""
    for agents in agents_of(target).values():
        yield ledger.Subject.AGENT, agents
    if target.learner is not None:
        yield ledger.Subject.LEARNER, [target.learner]
    if target.account is not None:
        yield ledger.Subject.ACCOUNT, [target.account]


@transaction.atomic
def erase(request: ErasureRequest) -> None:
    """Erase what is left of the request's target when its statements are gone, and the request."""
    target = target_of(request)
    _erase_person(target)
    if request.subject == targets.Subject.STORE and target.store is not None:
        for share in Share.objects.filter(store=target.store):
            shares.bury(share=share)
        delete_store(store_id=target.store)
        ledger.finish(subject=ledger.Subject.STORE, numbers=[target.store])
    ErasureRequest.objects.filter(pk=request.pk).delete()


def _erase_person(target: Target) -> None:
    done = list(subjects(target))
    words = words_of(target)
    for store_id, agents in agents_of(target).items():
        forget_notes(store_id=store_id, words=words)
        forget_agents(store_id=store_id, agent_ids=agents, before=target.before)
    forget_subjects(identifiers=target.identifiers)
    learner = learner_of(target)
    if learner is not None:
        _forget_history([learner, *learner.identities.all(), *learner.shares.all()], target)
        for share in Share.objects.filter(learner=learner):
            shares.bury(share=share)
        learner.delete()
    user = account_of(target)
    if user is not None:
        _forget_history([user], target)
        _end_sessions(user.pk)
        user.delete()
    for subject, numbers in done:
        ledger.finish(subject=subject, numbers=numbers)


def words_of(target: Target) -> list[str]:
    """The texts by which a note could name the person; those of two letters would name anybody."""
    found = {parts(text)[1].partition(" ")[2] or parts(text)[1] for text in target.identifiers}
    agents = [agent for each in agents_of(target).values() for agent in each]
    found |= set(names_of_agents(agent_ids=agents))
    learner = learner_of(target)
    found |= {learner.name} if learner else set()
    return sorted(word for word in found if len(word) > 2)


def _forget_history(rows: Sequence[Model], target: Target) -> None:
    """The admin's history quotes what was changed: all of these rows', and all that has an identifier in it."""
    about = Q()
    for row in rows:
        of_model = ContentType.objects.get_for_model(row)
        about |= Q(content_type=of_model, object_id=str(row.pk))
    for text in target.identifiers:
        about |= Q(object_repr__contains=text) | Q(change_message__contains=text)
    LogEntry.objects.filter(about).delete()


def _end_sessions(account: int) -> None:
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(account):
            session.delete()
