"""Many writers at once: no deadlock, no doubled statement, no lost one."""

import random

import pytest

from lrs.models import Activity, Agent, Statement
from lrs.statements import dimensions, store
from tests.lrs.conftest import a_statement, client_of, in_threads, new_id, voiding

pytestmark = pytest.mark.django_db(transaction=True)


def busy_statement(chance, **changes):
    """A statement that touches agents and activities which every other writer touches too, in any order."""

    def activity():
        number = chance.randrange(40)
        name = {"es": f"{number} {chance.randrange(3)}"}
        return {"id": f"https://x.example/a/{number}", "definition": {"name": name}}

    return a_statement(
        actor={"mbox": f"mailto:{chance.randrange(40)}@x.example"},
        object=activity(),
        context={"contextActivities": {"grouping": [activity() for _ in range(3)]}},
        **changes,
    )


def test_crossing_batches_with_new_activities_and_agents_do_not_deadlock(issued):
    def post(number):
        chance = random.Random(number)
        xapi = client_of(issued)
        return [
            xapi.post([busy_statement(chance) for _ in range(30)]).status_code for _ in range(5)
        ]

    answers = [status for statuses in in_threads(post, 8) for status in statuses]
    assert answers == [200] * 40
    assert Statement.objects.count() == 8 * 5 * 30
    assert Activity.objects.count() <= 40
    assert Agent.objects.count() <= 41


def test_batches_with_the_same_ids_in_another_order_do_not_deadlock_and_store_each_once(issued):
    ids = [new_id() for _ in range(40)]

    def post(number):
        chance = random.Random(number)
        order = chance.sample(ids, len(ids))
        return client_of(issued).post([a_statement(id=one) for one in order]).status_code

    assert in_threads(post, 8) == [200] * 8
    assert Statement.objects.count() == len(ids)


def test_one_id_posted_at_once_with_the_same_content_is_stored_once_and_fine_for_all(issued):
    statement = a_statement(id=new_id())
    answers = in_threads(lambda _: client_of(issued).post(statement).status_code, 8)
    assert answers == [200] * 8
    assert Statement.objects.count() == 1


def test_one_id_posted_at_once_with_different_contents_is_stored_once_and_a_conflict_for_the_others(
    issued,
):
    statement_id = new_id()

    def post(number):
        verb = {"id": f"https://x.example/verbs/{number}"}
        return client_of(issued).put(statement_id, a_statement(verb=verb)).status_code

    assert sorted(in_threads(post, 8)) == [204] + [409] * 7
    assert Statement.objects.count() == 1


def test_a_statement_and_its_voiding_posted_at_once_end_voided(issued):
    targets = [new_id() for _ in range(15)]

    def post(number):
        xapi = client_of(issued)
        target = targets[number // 2]
        return xapi.post(voiding(target) if number % 2 else a_statement(id=target)).status_code

    assert in_threads(post, 30) == [200] * 30
    assert set(Statement.objects.filter(voided=True).values_list("id", flat=True)) == {
        statement.id for statement in Statement.objects.all() if str(statement.id) in targets
    }
    assert Statement.objects.filter(voided=True).count() == len(targets)


def test_statements_that_others_always_come_before_are_a_503_and_not_stored(xapi, monkeypatch):
    """Stands for writers who change a definition between each of our tries, which cannot be arranged from outside."""
    tries = []

    def stale(**_arguments):
        tries.append(1)
        raise dimensions.Stale

    monkeypatch.setattr(store, "store_shortly", stale)
    response = xapi.post(a_statement())
    assert response.status_code == 503
    assert response["Retry-After"]
    assert response.json()["error"]["code"] == "busy"
    assert len(tries) == store._TRIES
    assert not Statement.objects.exists()
