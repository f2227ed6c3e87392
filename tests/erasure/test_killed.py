"""An erasure under kill -9: what was begun is known and is carried on, and nothing is ever half there."""

import signal
from collections.abc import Callable

import pytest

from anchoring import leaves
from anchoring.models import Erasure, Kind
from lrs.models import Attachment, Statement, StatementAgent, StatementId
from passport import tasks
from passport.erasure import targets
from passport.models import ErasureRequest, Learner
from tests.anchoring.conftest import KilledBefore, killed_before  # noqa: F401 -- a fixture
from tests.erasure import dumps
from tests.erasure.person import everywhere
from tests.passport.conftest import Person, School

pytestmark = pytest.mark.django_db(transaction=True)


def assert_each_is_whole_or_gone(seqs: list[int]) -> None:
    """A statement with all that leads to it, or nothing of it and a ledger that says so."""
    there = set(Statement.objects.filter(seq__in=seqs).values_list("seq", flat=True))
    ids = set(StatementId.objects.filter(seq__in=seqs).values_list("seq", flat=True))
    linked = set(StatementAgent.objects.filter(seq__in=seqs).values_list("seq", flat=True))
    logged = set(leaves.index_of(kind=Kind.STATEMENT, records=seqs))
    assert there == ids == linked == logged
    erased = Erasure.objects.filter(subject="statement").exclude(erased=None)
    assert set(erased.values_list("number", flat=True)) == set(seqs) - there


def test_killed_before_every_third_step_it_is_carried_on(
    ben: Person,
    the_school: School,
    log_and_sign: Callable[[], None],
    killed_before: KilledBefore,  # noqa: F811
) -> None:
    somebody = everywhere(the_school)
    log_and_sign()
    seqs = list(somebody.share.statements.values_list("seq", flat=True))
    request = targets.for_learner(learner=somebody.learner)
    request.save()
    steps, kills = 1, 0  # every step takes a minute; it holds too
    while killed_before("erase", steps) == signal.SIGKILL:
        kills += 1
        assert_each_is_whole_or_gone(seqs)
        assert (
            Learner.objects.filter(pk=somebody.learner.pk).exists()
            == ErasureRequest.objects.exists()
        )
        # Each try begins anew: once a try gets past a step, the next ones are killed further on.
        steps += 3
    assert kills >= 10
    tasks.erase()
    log_and_sign()
    assert not ErasureRequest.objects.exists()
    assert not Attachment.objects.exists()
    assert dumps.found_in(dumps.dump(), somebody.words) == set()
    markers = Erasure.objects.filter(subject="statement", erased__isnull=False)
    assert markers.filter(marker__isnull=False).count() == len(seqs) == 9
