"""X-Experience-API-Consistent-Through: no later commit carries a `stored` at or before it."""

import random
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from lrs.models import Statement
from lrs.statements.query import consistent_through
from lrs.xapi import timestamps
from tests.lrs.conftest import a_statement, client_of, in_threads, second_connection

pytestmark = pytest.mark.django_db(transaction=True)


def header(xapi):
    return timestamps.parse(xapi.get(limit=1)["X-Experience-API-Consistent-Through"])


def test_it_is_now_when_nobody_writes(xapi):
    before = datetime.now(UTC)
    assert before - timedelta(seconds=2) < header(xapi) <= datetime.now(UTC)


def test_a_long_transaction_holds_it_back_and_lets_it_go(xapi):
    with second_connection() as writer:
        with writer.transaction():
            (stored, _) = writer.execute("SELECT * FROM lrs_open_write(1, false, 1)").fetchone()
            xapi.post(a_statement())
            time.sleep(0.05)
            assert header(xapi) < stored
            assert header(xapi) > stored - timedelta(seconds=1)
            assert len(xapi.ids()) == 1, "others are seen meanwhile"
        time.sleep(0.005)
        assert header(xapi) > stored


def test_a_writer_that_dies_does_not_hold_it_back_for_ever(xapi):
    with second_connection() as writer, second_connection() as killer:
        writer.execute("BEGIN")
        (stored, _) = writer.execute("SELECT * FROM lrs_open_write(1, false, 1)").fetchone()
        assert header(xapi) < stored
        killer.execute("SELECT pg_terminate_backend(%s, 5000)", [writer.info.backend_pid])
        assert header(xapi) > stored


def test_whatever_was_visible_at_a_header_stays_all_there_is_up_to_it(issued):
    """Writers write and linger; readers note the header, then what they see. Nothing may turn up later below it."""
    end = time.monotonic() + 3

    def write(number):
        chance = random.Random(number)
        xapi = client_of(issued)
        while time.monotonic() < end:
            xapi.post([a_statement() for _ in range(chance.choice([1, 1, 20]))])

    def linger(number):
        """A writer that takes its time between `stored` and the commit."""
        chance = random.Random(number)
        donor = Statement.objects.order_by("seq").first()
        with second_connection() as slow:
            while time.monotonic() < end:
                with slow.transaction():
                    stored, (seq,) = slow.execute(
                        "SELECT * FROM lrs_open_write(1, false, 1)"
                    ).fetchone()
                    time.sleep(chance.random() / 20)
                    slow.execute(
                        "INSERT INTO lrs_statement (seq, store_id, id, stored, timestamp, actor_id, verb_id, voided,"
                        " encoding, document) SELECT %s, store_id, gen_random_uuid(), %s, timestamp, actor_id, verb_id,"
                        " false, 0, document FROM lrs_statement WHERE seq = %s",
                        [seq, stored, donor.seq],
                    )

    def read(_number):
        seen = []
        while time.monotonic() < end:
            through = consistent_through()
            with connection.cursor() as cursor:
                cursor.execute("SELECT seq FROM lrs_statement WHERE stored <= %s", [through])
                seen.append((through, {seq for (seq,) in cursor.fetchall()}))
        return seen

    client_of(issued).post(a_statement())
    roles = [write, write, linger, linger, linger, read, read]
    observed = [notes for notes in in_threads(lambda n: roles[n](n), len(roles)) if notes]
    everything = list(Statement.objects.values_list("seq", "stored"))
    assert len(everything) > 50
    checked = 0
    for notes in observed:
        for through, seen in notes:
            assert {seq for seq, stored in everything if stored <= through} == seen
            checked += 1
    assert checked > 50


def test_a_span_of_time_is_a_span_of_seqs(issued):
    """Of two statements stored more than the margin apart, the later has the higher seq."""
    in_threads(lambda n: [client_of(issued).post(a_statement()) for _ in range(5)], 6)
    rows = sorted(Statement.objects.values_list("stored", "seq"))
    margin = timedelta(seconds=5)
    for stored, seq in rows:
        assert all(seq > other for moment, other in rows if moment < stored - margin)
    assert len({seq for _, seq in rows}) == 30
