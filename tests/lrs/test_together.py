"""Requests that are written together: each is answered as if it had been alone."""

import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection

from lrs.models import Statement
from lrs.statements import short
from lrs.statements.together import Alone, Failed, Together, _Turn
from tests.lrs.conftest import (
    a_statement,
    client_of,
    in_threads,
    issued_for,
    new_id,
    second_connection,
)
from tests.lrs.test_database_lost import wait_for

SECONDS = 20  # far above what it takes


class Gate:
    """Work that stops at its first call until `others` threads wait behind it, and notes what was done in one go."""

    def __init__(self, others):
        self.done = []
        self.others = others
        self.together = Together(self.do, size=lambda _work: 1, most=3)

    def do(self, works):
        self.done.append(list(works))
        if len(self.done) == 1:
            until = time.monotonic() + SECONDS
            while len(self.together._waiting["key"]) < self.others and time.monotonic() < until:
                time.sleep(0.001)
        return self.answer(works)

    def answer(self, works):
        return len(works)

    def calls(self):
        def call(number):
            try:
                return self.together.call("key", number)
            except (OperationalError, Failed, KeyboardInterrupt) as error:
                return error

        with ThreadPoolExecutor(self.others + 1) as pool:
            found = [pool.submit(call, number) for number in range(self.others + 1)]
            return [each.result(SECONDS) for each in found]


def test_who_waits_is_served_in_one_go_up_to_a_size():
    gate = Gate(5)
    answers = gate.calls()
    assert [len(works) for works in gate.done] == [1, 3, 2]
    assert sorted(answers) == [1, 2, 2, 3, 3, 3]
    assert not gate.together._waiting


def test_what_cannot_be_done_together_is_done_by_each():
    class Apart(Gate):
        def answer(self, works):
            if len(works) > 1:
                raise Alone
            return works[0]

    gate = Apart(3)
    assert gate.calls() == [0, 1, 2, 3]
    assert sorted(len(works) for works in gate.done) == [1, 1, 1, 1, 3]
    assert not gate.together._waiting


class Strange(OperationalError):
    def __init__(self, *, code):
        super().__init__(f"code {code}")


@pytest.mark.parametrize("error", [OperationalError("gone"), Strange(code=1), KeyboardInterrupt()])
def test_an_error_is_everybodys_and_nobody_tries_again(error):
    class Fails(Gate):
        def answer(self, works):
            if len(works) > 1:
                raise error
            return "fine"

    gate = Fails(3)
    answers = gate.calls()
    assert [len(works) for works in gate.done] == [1, 3]
    assert answers.count("fine") == 1
    assert answers.count(error) == 1, "who did the work has the error itself"
    failed = [each for each in answers if isinstance(each, Failed)]
    assert len({id(each) for each in failed}) == 2, "each has an exception of its own"
    assert [each.__cause__ for each in failed] == [error] * 2
    assert not gate.together._waiting


def test_no_answer_is_an_answer_too():
    class Silent(Gate):
        def answer(self, works):
            return None

    gate = Silent(3)
    assert gate.calls() == [None] * 4
    assert [len(works) for works in gate.done] == [1, 3]


class InterruptedAsItWakes(threading.Event):
    """Stands for an interrupt that reaches the thread as it waits, which cannot be timed from outside."""

    def wait(self, timeout=None):
        super().wait(timeout)
        raise SystemExit


def test_nobody_waits_for_a_thread_that_was_interrupted_as_it_waited(monkeypatch):
    def a_turn(work):
        turn = _Turn(work)
        if work == "interrupted":
            turn.woken = InterruptedAsItWakes()
        return turn

    monkeypatch.setattr("lrs.statements.together._Turn", a_turn)
    begun, go_on = threading.Event(), threading.Event()

    def do(works):
        begun.set()
        assert go_on.wait(SECONDS)
        return works

    together = Together(do, size=lambda _work: 1, most=1)
    outcomes = {}

    def call(name):
        try:
            outcomes[name] = together.call("key", name)
        except SystemExit as error:
            outcomes[name] = error

    threads = []
    for name in ("first", "interrupted", "last"):
        threads.append(threading.Thread(target=call, args=[name], daemon=True))
        threads[-1].start()
        assert begun.wait(SECONDS)
        until = time.monotonic() + SECONDS
        while len(together._waiting["key"]) < len(threads) - 1 and time.monotonic() < until:
            time.sleep(0.001)
    go_on.set()
    for thread in threads:
        thread.join(SECONDS)
    assert isinstance(outcomes["interrupted"], SystemExit)
    assert (outcomes["first"], outcomes["last"]) == (["first"], ["last"])
    assert not together._waiting


def test_other_keys_do_not_wait():
    gate = Together(lambda works: time.sleep(0.2) or works[0], size=lambda _work: 1, most=9)
    began = time.monotonic()
    assert in_threads(lambda number: gate.call(number, number), 8) == list(range(8))
    assert time.monotonic() - began < 1.5  # one after the other they take 1.6


@pytest.fixture
def held(monkeypatch):
    """Makes the first write wait until so many others wait for it; how many statements each call wrote."""
    sizes = []
    call = short._call

    def hold(others):
        first = threading.Lock()

        def held_call(write):
            if first.acquire(blocking=False):
                until = time.monotonic() + SECONDS
                while (
                    len(short._together._waiting[write.key]) < others and time.monotonic() < until
                ):
                    time.sleep(0.001)
            sizes.append(len(write.batch))
            return call(write)

        monkeypatch.setattr(short, "_call", held_call)
        return sizes

    return hold


def waiting_backends(asker):
    """Who waits for a lock that keeps statements from being written."""
    found = asker.execute(
        "SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'lrs_statement_activity'::regclass"
    )
    return [pid for (pid,) in found.fetchall()]


@pytest.mark.django_db(transaction=True)
class TestRequests:
    def test_each_gets_the_ids_of_its_own_statements(self, xapi, issued, held):
        xapi.post(a_statement())  # what they name is known, so that all are written the short way
        sizes = held(5)

        def post(number):
            said = [
                a_statement(result={"response": f"{number} {each}"}) for each in range(number + 1)
            ]
            return [
                Statement.objects.get(id=each) for each in client_of(issued).post(said).json()
            ], number

        answers = in_threads(post, 6)
        assert len(sizes) == 2
        assert sum(sizes) == 1 + 2 + 3 + 4 + 5 + 6
        for statements, number in answers:
            found = [client_of(issued).get(statementId=str(each.id)).json() for each in statements]
            assert [each["result"]["response"] for each in found] == [
                f"{number} {each}" for each in range(number + 1)
            ]

    def test_large_ones_are_written_by_themselves(self, xapi, issued):
        xapi.post(a_statement())

        def post():
            # Random, so that it is no shorter as stored.
            large = a_statement(result={"response": secrets.token_urlsafe(100_000)})
            try:
                return client_of(issued).post(large).status_code
            finally:
                connection.close()

        with second_connection() as locker, ThreadPoolExecutor(3) as pool:
            with locker.transaction():
                locker.execute("LOCK TABLE lrs_statement_activity IN ACCESS EXCLUSIVE MODE")
                answers = [pool.submit(post) for _ in range(3)]
                wait_for(lambda: len(waiting_backends(locker)) == 3)
            assert [answer.result(SECONDS) for answer in answers] == [200] * 3

    def test_one_that_is_known_does_not_spoil_the_others(self, xapi, issued, held):
        known = new_id()
        xapi.post(a_statement(id=known))
        held(5)

        def post(number):
            said = [a_statement(), a_statement(id=known), a_statement(id=known, result={})]
            return client_of(issued).post(said[min(number, 2)]).status_code

        answers = in_threads(post, 6)
        assert answers == [200, 200, 409, 409, 409, 409]
        assert Statement.objects.count() == 2

    def test_each_keeps_the_authority_of_its_credential(self, store, issued, held):
        credentials = (issued, issued_for(store))

        def authority(number):
            one = client_of(credentials[number % 2])
            (statement_id,) = one.post(a_statement()).json()
            return one.get(statementId=statement_id).json()["authority"]

        alone = [authority(0), authority(1)]
        assert alone[0] != alone[1]
        sizes = held(3)
        assert in_threads(authority, 4) == alone * 2
        assert len(sizes) == 2

    @pytest.mark.parametrize(
        ("end", "answer"), [("pg_terminate_backend(%s, 5000)", 503), ("pg_cancel_backend(%s)", 200)]
    )
    def test_all_hear_503_when_their_connection_breaks_but_not_when_the_server_says_no(
        self, xapi, issued, end, answer
    ):
        xapi.post(a_statement())

        def post():
            try:
                return client_of(issued).post(a_statement()).status_code
            finally:
                connection.close()

        with second_connection() as killer, ThreadPoolExecutor(4) as pool:
            with second_connection() as locker, locker.transaction():
                locker.execute("LOCK TABLE lrs_statement_activity IN ACCESS EXCLUSIVE MODE")
                answers = [pool.submit(post) for _ in range(4)]
                wait_for(lambda: [len(each) for each in short._together._waiting.values()] == [3])
                (first,) = wait_for(lambda: waiting_backends(killer))
                killer.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
                (joint,) = wait_for(lambda: set(waiting_backends(killer)) - {first})
                killer.execute(f"SELECT {end}", [joint])
                wait_for(lambda: waiting_backends(killer) != [joint])
            assert sorted(each.result(SECONDS) for each in answers) == sorted([503] + [answer] * 3)
        assert Statement.objects.count() == (1 if answer == 503 else 4)
        assert xapi.post(a_statement()).status_code == 200
