"""After a restore of an older backup: erase again what the ledger says, and the backup brought back.

The ledger names rows by number, and after a restore numbers are given again. So only what is older than its erasure
is taken: whatever has an erased number and came later is something else.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from django.contrib.auth import get_user_model

from anchoring import ledger
from anchoring.ledgerfile import Line
from lrs.models import Agent, Statement, Store
from passport.erasure import targets
from passport.models import ErasureRequest, Learner

_AT_ONCE = 1_000


def requests(lines: Sequence[Line]) -> Iterator[ErasureRequest]:
    """What is to be erased again, each to be saved and run before the next is asked for."""
    for subject, make in _MAKERS.items():
        yield from make([line for line in lines if line.subject == subject])


def finish(lines: Sequence[Line]) -> int:
    """Take the ledger over where the backup's has no such row; how many rows. Call it when all requests were run."""
    return sum(
        ledger.restore(lines=lines[start : start + _AT_ONCE])
        for start in range(0, len(lines), _AT_ONCE)
    )


def _stores(lines: Sequence[Line]) -> Iterator[ErasureRequest]:
    for line in lines:
        if Store.objects.filter(pk=line.number, created__lt=line.begun).exists():
            yield targets.for_store(store_id=line.number, reason=line.reason)


def _learners(lines: Sequence[Line]) -> Iterator[ErasureRequest]:
    for line in lines:
        found = Learner.objects.filter(pk=line.number, created__lt=line.begun)
        if learner := found.select_related("user").first():
            yield targets.for_learner(learner=learner, reason=line.reason)


def _accounts(lines: Sequence[Line]) -> Iterator[ErasureRequest]:
    for line in lines:
        users = get_user_model().objects.filter(pk=line.number, is_staff=False)
        if users.filter(date_joined__lt=line.begun, learner=None).exists():
            yield targets.for_account(account=line.number, reason=line.reason)


def _agents(lines: Sequence[Line]) -> Iterator[ErasureRequest]:
    for line in lines:
        if Agent.objects.filter(pk=line.number).exists():
            yield targets.for_agents(agents=[line.number], before=line.begun, reason=line.reason)


def _statements(lines: Sequence[Line]) -> Iterator[ErasureRequest]:
    for start in range(0, len(lines), _AT_ONCE):
        erased: dict[int, Line] = {}
        for line in lines[start : start + _AT_ONCE]:
            erased[line.number] = max(erased.get(line.number, line), line, key=_begun)
        rows = Statement.objects.filter(seq__in=erased).values_list("store", "seq", "stored")
        for reason in ledger.Reason:
            back = [
                (store_id, seq)
                for store_id, seq, stored in rows
                if stored < erased[seq].begun and erased[seq].reason == reason
            ]
            if back:
                yield targets.for_statements(seqs=back, reason=reason)


def _begun(line: Line) -> datetime:
    return line.begun


# Whoever holds others first: with a store or a learner, most statements are gone already.
_MAKERS: dict[ledger.Subject, Callable[[Sequence[Line]], Iterator[ErasureRequest]]] = {
    ledger.Subject.STORE: _stores,
    ledger.Subject.LEARNER: _learners,
    ledger.Subject.STATEMENT: _statements,
    ledger.Subject.AGENT: _agents,
    ledger.Subject.ACCOUNT: _accounts,
}
