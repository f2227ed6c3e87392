"""What a process remembers of agents, verbs and activities never outlives its truth."""

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from lrs.models import Activity, Agent, Statement
from lrs.statements import dimensions
from lrs.statements.memory import Memory
from lrs.statements.store import store_statements
from tests.lrs.conftest import a_statement, in_threads, new_id

AUTHORITY = {"account": {"homePage": "https://x.example", "name": "credential-1"}}
ANA = "mbox:mailto:ana@escuela.example"


def defined(name):
    return a_statement(object={"id": "https://x.example/a", "definition": {"name": {"es": name}}})


def name():
    definition = Activity.objects.get(iri="https://x.example/a").definition
    return definition.split('"es":"')[1].split('"')[0]


def test_a_memory_keeps_what_was_used_last_and_never_more_than_twice_its_size():
    memory = Memory(100)
    for number in range(10_000):
        memory.put(number, str(number))
        assert memory.get(0) == "0", "it is asked for all the time"
        assert len(memory) <= 200
    assert all(memory.get(number) == str(number) for number in range(9_950, 10_000))
    assert memory.get(5_000) is None
    memory.forget(9_999)
    assert memory.get(9_999) is None


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 20])
def test_what_was_seen_before_is_stored_in_one_round_trip(store, monkeypatch, size):
    sent = []
    execute = psycopg.Cursor.execute

    def spy(cursor, query, *arguments, **options):
        sent.append(str(query)[:30])
        return execute(cursor, query, *arguments, **options)

    def write():
        batch = [a_statement() for _ in range(size)]
        store_statements(store_id=store.pk, authority=AUTHORITY, version="1.0.3", batch=batch)

    write()  # takes in the agents and the activity
    write()  # looks up whether the definition says something new
    monkeypatch.setattr(psycopg.Cursor, "execute", spy)
    with CaptureQueriesContext(connection) as queries:
        write()
    assert sent == ["SELECT lrs_store_statements(s."]
    assert len(queries) == 0
    assert Statement.objects.count() == 3 * size


@pytest.mark.django_db
def test_the_definition_that_was_received_last_counts_whoever_received_it(xapi):
    """Another process gave the activity another definition meanwhile: the mark tells."""
    xapi.post(defined("uno"))
    xapi.post(defined("uno"))
    Activity.objects.filter(iri="https://x.example/a").update(definition='{"name":{"es":"dos"}}')
    xapi.post(defined("uno"))
    assert name() == "uno"
    Activity.objects.filter(iri="https://x.example/a").update(definition='{"name":{"es":"dos"}}')
    xapi.post([defined("uno"), a_statement()])
    assert name() == "uno"


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 3])
def test_no_statement_goes_to_an_agent_whose_row_was_given_up(xapi, store, size):
    """As an erasure does it: the row stays for what is stored, and names nobody any more."""
    xapi.post([a_statement() for _ in range(size)])
    old = Agent.objects.get(identifier=ANA)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT FROM lrs_open_write(%s, true, 0)", [store.pk])
        Agent.objects.filter(pk=old.pk).update(identifier="erased", digest=b"erased", name="")
        dimensions.renumber(store_id=store.pk)
    xapi.post([a_statement(id=new_id()) for _ in range(size)])
    new = Agent.objects.get(identifier=ANA)
    assert new.pk != old.pk
    assert Statement.objects.filter(actor=old).count() == size
    assert Statement.objects.filter(actor=new).count() == size


@pytest.mark.django_db(transaction=True)
def test_writers_that_meet_a_renumbering_end_well_and_use_only_rows_that_stand(xapi, store):
    xapi.post(a_statement())

    def work(number):
        if number:
            return [xapi.post(a_statement()).status_code for _ in range(10)]
        for _ in range(5):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT FROM lrs_open_write(%s, true, 0)", [store.pk])
                erased = f"erased {new_id()}"
                Agent.objects.filter(identifier=ANA).update(
                    identifier=erased, digest=erased.encode()
                )
                dimensions.renumber(store_id=store.pk)
                before = Statement.objects.filter(actor__identifier=erased).count()
            seen.append((erased, before))
        return []

    seen = []
    answers = in_threads(work, 5)
    assert {status for each in answers for status in each} == {200}
    for erased, before in seen:
        assert Statement.objects.filter(actor__identifier=erased).count() == before
    assert Statement.objects.count() == 41
