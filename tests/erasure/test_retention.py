"""A store keeps its statements for as long as its retention rule says."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from anchoring.models import Erasure
from lrs.models import Statement
from lrs.stores.services import create_store
from passport import tasks
from passport.erasure import targets
from passport.models import RetentionRule
from tests.passport.conftest import Person, School

pytestmark = pytest.mark.django_db


def later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    moment = timezone.now() + timedelta(days=days)
    monkeypatch.setattr(targets, "now", lambda: moment)


def test_what_is_older_goes_and_the_log_says_why(
    ana: Person,
    the_school: School,
    log_and_sign: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log_and_sign()
    RetentionRule.objects.create(store=the_school.store, days=30)
    later(monkeypatch, 31)
    tasks.erase()
    assert not Statement.objects.exists()
    assert set(Erasure.objects.values_list("subject", "reason")) == {("statement", 4)}


def test_what_is_younger_stays(
    ana: Person, the_school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    RetentionRule.objects.create(store=the_school.store, days=30)
    later(monkeypatch, 29)
    tasks.erase()
    assert Statement.objects.count() == 8
    assert not Erasure.objects.exists()


def test_a_rule_is_about_its_own_store(
    ana: Person, the_school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = create_store(slug="otra", name="Otra", default_version="1.0.3")
    RetentionRule.objects.create(store=other, days=1)
    later(monkeypatch, 400)
    tasks.erase()
    assert Statement.objects.count() == 8
