"""Statements read from a streaming replica: the answers are true, and the primary answers where it is not fit."""

import json
import logging
import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.db import connection, connections

from keiko.checks import the_replica_is_one
from keiko.replicadatabase import replica_database
from lrs.api.places import Place, place_in, signed
from lrs.hierarchy import export
from lrs.models import Node, Statement, Store
from lrs.statements import query, replica
from lrs.stores.services import revoke_credential
from lrs.xapi import timestamps
from tests import services
from tests.lrs.conftest import a_statement, client_of, in_threads, second_connection
from tests.lrs.hierarchy.conftest import Rest, follow_all
from tests.lrs.standby import Standby

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "replica"])
THROUGH = "X-Experience-API-Consistent-Through"


@pytest.fixture(scope="module", autouse=True)
def server(django_db_setup, django_db_blocker):
    """The replica of the suite's PostgreSQL, and Django's settings of it, for all tests of this file."""
    if not services._postgres:
        pytest.skip("DATABASE_URL names a server that is not ours to copy")
    with django_db_blocker.unblock():
        standby = Standby(services.ROOT / "var" / "test" / f"standby-{os.getpid()}")
    name = connection.settings_dict["NAME"]
    url = f"postgresql://postgres@{quote(standby.socket, safe='')}/{name}"
    connections.settings["replica"] = {**connection.settings_dict, **replica_database(url)}
    yield standby
    del connections.settings["replica"]
    standby.stop()


@pytest.fixture
def standby(server, store, settings, monkeypatch):
    """The replica in use, caught up. Each test meets it as a process that has just begun."""
    settings.REPLICA_MAX_LAG = 3
    monkeypatch.setattr(replica, "_moments", replica._Moments())
    monkeypatch.setattr(replica, "_failure", replica._Failure())
    monkeypatch.setattr(replica, "_ASKED_EVERY", 0.0)
    server.catch_up()
    yield server
    _close()
    server.resume()


def _close():
    """The next query has a connection of its own, by the settings of then."""
    connections["replica"].close()
    del connections["replica"]


@pytest.fixture
def answered_by(monkeypatch):
    """The alias of the database of each list that was read, one after the other; one that failed counts too."""
    seen = []
    real = query.find_page

    def noting(**arguments):
        seen.append(arguments["using"])
        return real(**arguments)

    monkeypatch.setattr(query, "find_page", noting)
    return seen


def through_of(response):
    return timestamps.parse(response[THROUGH])


def from_replica(read, answered_by, seconds=10):
    """The first answer that the replica gave: it may take a moment until it is known how far it is."""
    end = time.monotonic() + seconds
    while True:
        answer = read()
        if answered_by[-1] == "replica":
            return answer
        assert time.monotonic() < end, "the replica never answered"
        time.sleep(0.02)


def ids_in(response):
    assert response.status_code == 200, response.content
    return [one["id"] for one in response.json()["statements"]]


def test_a_list_comes_from_the_replica_with_a_header_that_is_recent(xapi, standby, answered_by):
    (one,) = xapi.post(a_statement()).json()
    standby.catch_up()
    response = from_replica(xapi.get, answered_by)
    assert ids_in(response) == [one]
    stored = timestamps.parse(response.json()["statements"][0]["stored"])
    assert datetime.now(UTC) - timedelta(seconds=2) < through_of(response) < datetime.now(UTC)
    assert through_of(response) > stored


def test_a_replica_that_is_behind_does_not_claim_what_it_has_not(xapi, standby, answered_by):
    (old,) = xapi.post(a_statement()).json()
    standby.catch_up()
    from_replica(xapi.get, answered_by)
    standby.pause()
    (new,) = xapi.post(a_statement()).json()
    stored = timestamps.parse(xapi.stored(new)["stored"])
    time.sleep(0.05)
    response = xapi.get()
    assert answered_by[-1] == "replica"
    assert ids_in(response) == [old]
    assert through_of(response) < stored, "the header may not reach what is not there"
    assert through_of(response) >= timestamps.parse(xapi.stored(old)["stored"])
    standby.resume()
    standby.catch_up()
    response = from_replica(xapi.get, answered_by)
    assert ids_in(response) == [new, old]
    assert through_of(response) > stored


def test_a_writer_that_is_still_open_holds_the_header_back_on_the_replica(
    xapi, standby, answered_by
):
    with second_connection() as writer:
        with writer.transaction():
            (stored, _) = writer.execute("SELECT * FROM lrs_open_write(1, false, 1)").fetchone()
            (other,) = xapi.post(a_statement()).json()
            standby.catch_up()
            response = from_replica(xapi.get, answered_by)
            assert ids_in(response) == [other]
            assert through_of(response) < stored
        time.sleep(0.005)
        standby.catch_up()
        end = time.monotonic() + 10
        while through_of(from_replica(xapi.get, answered_by)) <= stored:
            assert time.monotonic() < end


def test_all_up_to_the_header_is_there_whatever_writers_and_replay_do(issued, standby):
    """Writers post, linger before they commit, and roll back; replay stops and goes on. Readers note what they see."""
    end = time.monotonic() + 3
    client_of(issued).post(a_statement())
    donor = Statement.objects.earliest("seq").seq

    def write(_number):
        while time.monotonic() < end:
            client_of(issued).post([a_statement(), a_statement()])

    def linger(number):
        chance = random.Random(number)
        with second_connection() as slow:
            while time.monotonic() < end:
                asynchronous = chance.random() < 0.5
                slow.execute(f"SET synchronous_commit = {'off' if asynchronous else 'on'}")
                with slow.transaction(force_rollback=chance.random() < 0.2):
                    opened = slow.execute("SELECT * FROM lrs_open_write(1, false, 1)").fetchone()
                    time.sleep(chance.random() / 20)
                    slow.execute(_INSERT, [opened[1][0], opened[0], donor])

    def halt(number):
        chance = random.Random(number)
        while time.monotonic() < end:
            standby.pause()
            time.sleep(chance.random() / 4)
            standby.resume()
            time.sleep(chance.random() / 4)

    def read(_number):
        seen = []

        def seqs(using):
            with connections[using].cursor() as cursor:
                cursor.execute("SELECT seq, stored FROM lrs_statement")
                return using, dict(cursor.fetchall())

        try:
            while time.monotonic() < end:
                reading = replica.read(seqs)
                seen.append((reading.through, *reading.found))
                time.sleep(0.005)
        finally:
            connections["replica"].close()
        return seen

    roles = [write, linger, linger, halt, read, read]
    notes = [one for found in in_threads(lambda n: roles[n](n), len(roles)) for one in found or []]
    everything = list(Statement.objects.values_list("seq", "stored"))
    by_replica = [one for one in notes if one[1] == "replica"]
    assert len(everything) > 50
    assert len(by_replica) > 50
    for through, _, seen in notes:
        assert {seq for seq, stored in everything if stored <= through} <= seen.keys()


_INSERT = (
    "INSERT INTO lrs_statement (seq, store_id, id, stored, timestamp, actor_id, verb_id, voided, encoding, document)"
    " SELECT %s, store_id, gen_random_uuid(), %s, timestamp, actor_id, verb_id, false, 0, document"
    " FROM lrs_statement WHERE seq = %s"
)


@pytest.mark.parametrize(
    "command",
    [
        "SELECT nextval('lrs_statement_seq_seq')",  # of a transaction that stays open
        "SELECT pg_switch_wal()",  # the next record would lie behind a page's header
    ],
)
def test_what_the_primary_does_not_send_by_itself_does_not_hold_the_header_back(
    xapi, standby, answered_by, command
):
    from_replica(xapi.get, answered_by)
    with second_connection() as other, other.transaction():
        other.execute(command)
        then = datetime.now(UTC)
        end = time.monotonic() + 2
        while through_of(from_replica(xapi.get, answered_by)) <= then:
            assert time.monotonic() < end, "the replica waits for what was never sent to it"


def test_what_was_just_sent_is_found_by_its_id(xapi, standby):
    standby.pause()
    (one,) = xapi.post(a_statement()).json()
    assert xapi.stored(one)["id"] == one


def test_a_credential_that_is_revoked_reads_nothing_however_far_the_replica_is(
    xapi, issued, standby, answered_by
):
    from_replica(xapi.get, answered_by)
    standby.pause()
    revoke_credential(credential=issued.credential)
    assert xapi.get().status_code == 401


@pytest.mark.parametrize("ascending", ["false", "true"])
def test_twenty_pages_lose_nothing_when_they_come_from_the_primary_and_the_replica_in_turn(
    xapi, standby, answered_by, ascending
):
    """The first page comes from the primary; the replica has but half of it, and catches up on the way."""
    ids = [xapi.post([a_statement(), a_statement()]).json() for _ in range(10)]
    standby.catch_up()
    from_replica(xapi.get, answered_by)
    standby.pause()
    ids += [xapi.post([a_statement(), a_statement()]).json() for _ in range(10)]
    replica._failure.until = time.monotonic() + 60  # as after a failure
    page = xapi.get(limit=2, ascending=ascending).json()
    replica._failure.until = 0
    del answered_by[:]
    found = [one["id"] for one in page["statements"]]
    for number in range(19):
        if number == 8:
            assert set(answered_by) == {"default"}, "the replica has not come so far"
            standby.resume()
            standby.catch_up()
        xapi.post(a_statement(actor={"mbox": "mailto:later@x.example"}))
        standby.catch_up() if number > 8 else None
        page = xapi.request("GET", page["more"]).json()
        found += [one["id"] for one in page["statements"]]
    assert "replica" in answered_by
    flat = [one for two in ids for one in two]
    assert found == (flat if ascending == "true" else flat[::-1])


def test_a_page_of_a_replica_that_is_ahead_is_followed_by_none_of_one_that_is_behind(
    xapi, standby, answered_by
):
    xapi.post([a_statement() for _ in range(6)])
    standby.catch_up()
    page = from_replica(lambda: xapi.get(limit=2), answered_by).json()
    assert len(page["statements"]) == 2
    place = place_in(parse_qs(urlsplit(page["more"]).query)["cursor"][0], salt=_salt())
    behind = signed(Place(place.seq, place.reached + 1_000_000), salt=_salt())
    response = xapi.get(limit=2, cursor=behind)
    assert answered_by[-1] == "default"
    assert len(ids_in(response)) == 2


def _salt():
    return f"lrs.more.{Store.objects.get(slug='escuela').pk}"


def test_one_that_is_too_far_behind_is_passed_over_and_that_is_said_once(
    xapi, standby, answered_by, settings, caplog
):
    settings.REPLICA_MAX_LAG = 1
    from_replica(xapi.get, answered_by)
    standby.pause()
    (new,) = xapi.post(a_statement()).json()
    xapi.get()
    time.sleep(1.2)
    with caplog.at_level(logging.WARNING, "lrs.statements.replica"):
        for _ in range(3):
            response = xapi.get()
            assert answered_by[-1] == "default"
            assert ids_in(response) == [new]
            assert through_of(response) > datetime.now(UTC) - timedelta(seconds=1)
    (record,) = caplog.records
    assert "the replica is more than 1 s behind (REPLICA_MAX_LAG)" in record.getMessage()
    standby.resume()
    standby.catch_up()
    from_replica(xapi.get, answered_by)


def test_one_that_was_killed_costs_no_answer_and_is_taken_up_again(
    xapi, standby, answered_by, monkeypatch, caplog
):
    monkeypatch.setattr(replica, "_PAUSE", 0.3)
    (one,) = xapi.post(a_statement()).json()
    standby.catch_up()
    from_replica(xapi.get, answered_by)
    standby.kill()
    caplog.clear()
    with caplog.at_level(logging.WARNING, "lrs.statements.replica"):
        began = time.monotonic()
        for _ in range(30):
            assert ids_in(xapi.get()) == [one]
            time.sleep(0.02)
        assert time.monotonic() - began < 10
    assert len(caplog.records) == 1
    assert "the replica failed" in caplog.text
    standby.start()
    standby.catch_up()
    assert ids_in(from_replica(xapi.get, answered_by)) == [one]


def test_a_query_in_the_way_of_replay_is_asked_of_the_primary(xapi, standby, answered_by, caplog):
    xapi.post(a_statement())
    standby.catch_up()
    from_replica(xapi.get, answered_by)
    asked = []

    def slow(using):
        asked.append(using)
        with connections[using].cursor() as cursor:
            seconds = 20 if using == "replica" else 0
            cursor.execute("SELECT count(*), max(pg_sleep(%s)::text) FROM lrs_statement", [seconds])
            return cursor.fetchone()[0]

    def stand_in_the_way():
        _wait(
            lambda: standby.execute("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
        )
        with second_connection() as other, other.transaction():
            other.execute("LOCK TABLE lrs_statement IN ACCESS EXCLUSIVE MODE")

    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(stand_in_the_way)
        assert replica.read(slow).found == 1
        other.result(timeout=20)
    assert asked == ["replica", "default"]
    assert time.monotonic() - began < 15
    assert "conflict with recovery" in caplog.text
    from_replica(xapi.get, answered_by, seconds=1)  # without a pause: the next query may go well


def test_a_server_that_is_no_replica_answers_nothing(
    xapi, standby, answered_by, monkeypatch, caplog
):
    same = {**connections.settings["replica"], "HOST": connection.settings_dict["HOST"]}
    _close()
    monkeypatch.setitem(connections.settings, "replica", same)
    (one,) = xapi.post(a_statement()).json()
    for _ in range(3):
        assert ids_in(xapi.get()) == [one]
    assert set(answered_by) == {"default"}
    assert caplog.text.count("is not a streaming replica") == 1


# --- The hierarchy --------------------------------------------------------------------------------
@pytest.fixture
def course(xapi):
    """A course with three statements in it."""
    rest = Rest(xapi)
    node = rest.declare("quiz/1", "course")
    xapi.post([a_statement() for _ in range(3)])
    place()
    return node


def place():
    time.sleep(0.01)  # the consistent point lies a millisecond back
    follow_all()


def test_the_statements_of_a_node_come_from_the_replica_and_claim_no_more_than_it_has(
    xapi, course, standby
):
    path = f"/api/v1/nodes/{course['id']}/statements"

    def ask():
        return xapi.request("GET", path)

    standby.catch_up()
    ask()
    standby.pause()
    (new,) = xapi.post(a_statement()).json()
    place()
    time.sleep(0.05)
    response = ask()
    assert len(ids_in(response)) == 3, "it is the replica that answered"
    assert through_of(response) < timestamps.parse(xapi.stored(new)["stored"])
    standby.resume()
    standby.catch_up()
    _wait(lambda: ids_in(ask())[0] == new)
    assert through_of(ask()) >= timestamps.parse(xapi.stored(new)["stored"])


def test_an_export_goes_on_from_the_primary_when_the_replica_dies(
    xapi, course, standby, monkeypatch
):
    monkeypatch.setattr(export, "_PAGE", 1)
    standby.catch_up()
    replica.read(lambda using: using)
    lines = export.exported(Node.objects.get(pk=course["id"]))
    first = next(lines)
    standby.kill()
    rest = list(lines)
    standby.start()
    ids = [json.loads(one.document)["id"] for one in [first, *rest]]
    assert ids == xapi.ids(ascending="true")


# --- What an operator sees ------------------------------------------------------------------------
def test_health_says_how_the_replica_is(xapi, standby, client, settings):
    settings.REPLICA_MAX_LAG = 1
    _wait(
        lambda: (
            client.get("/healthz").json()["replica"]
            == {"in_use": True, "why": "", "bytes_behind": 0}
        )
    )
    standby.pause()
    xapi.post(a_statement())
    late = "the replica is more than 1 s behind (REPLICA_MAX_LAG)"
    _wait(lambda: client.get("/healthz").json()["replica"]["why"] == late)
    said = client.get("/healthz")
    assert said.status_code == 200
    assert not said.json()["replica"]["in_use"]
    assert said.json()["replica"]["bytes_behind"] > 0


def test_the_check_takes_a_replica_of_this_database_and_no_other(standby, monkeypatch):
    assert the_replica_is_one(None, databases=["default"]) == []
    same = {**connections.settings["replica"], "HOST": connection.settings_dict["HOST"]}
    _close()
    monkeypatch.setitem(connections.settings, "replica", same)
    (error,) = the_replica_is_one(None, databases=["default"])
    assert (error.id, "is not a streaming replica" in error.msg) == ("keiko.E020", True)


def _wait(done, seconds=10):
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
