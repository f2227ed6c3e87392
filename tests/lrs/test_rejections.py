"""Rejected requests: noted with their reason, never with a secret, bounded, and without harm to the request."""

import gzip
import json
import logging
import threading
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from lrs.models import IngestionSpan, Rejection, RejectionCause
from lrs.rejections import recorder as recording
from lrs.rejections.facts import Facts, fingerprint
from lrs.rejections.services import keep, purge
from lrs.stores.services import revoke_credential
from tests.lrs.conftest import Xapi, a_statement, basic

BAD = {"actor": {"mbox": "mailto:ana@escuela.example"}, "verb": {"id": "http://a.example/v"}}


@pytest.fixture
def notes(monkeypatch, settings, db):
    """Writes down what was noted, when called."""
    settings.XAPI_REJECTIONS_KEPT = 5
    recorder = recording.Recorder(delay=None)
    monkeypatch.setattr(recording, "recorder", recorder)
    return recorder.flush


def some_facts(**changes):
    values = {
        "moment": timezone.now(), "store_id": None, "credential_id": None, "key": "", "method": "POST",
        "resource": "statements", "parameters": "", "status": 400, "code": "invalid", "message": "No.",
        "path": "", "advice": "", "user_agent": "", "version": "", "content_type": "", "size": None, "body": b"",
    }  # fmt: skip
    return Facts(**(values | changes))


def test_a_refused_statement_is_noted_with_what_its_sender_was_told(xapi, store, notes):
    answer = xapi.post([a_statement(), BAD], headers={"User-Agent": "Moodle/4.5"})
    told = answer.json()["error"]
    notes()
    (rejection,) = Rejection.objects.select_related("cause")
    cause = rejection.cause
    assert (cause.store_id, cause.credential.store_id) == (store.pk, store.pk)
    assert (cause.method, cause.resource, cause.status) == ("POST", "statements", 400)
    assert (cause.code, rejection.message, rejection.path, cause.advice) == (
        told["code"], told["message"], told["path"], told.get("advice", "")
    )  # fmt: skip
    assert (rejection.user_agent, rejection.version) == ("Moodle/4.5", "1.0.3")
    assert rejection.size == len(json.dumps([a_statement(), BAD]))
    assert b"ana@escuela.example" in bytes(rejection.body)


def test_the_same_fault_at_another_place_of_a_batch_is_counted_with_it(xapi, notes):
    for place in range(3):
        xapi.post([a_statement()] * place + [BAD])
    notes()
    assert RejectionCause.objects.get().count == 3
    assert Rejection.objects.count() == 3


def test_what_is_accepted_or_not_found_is_not_noted(xapi, notes):
    assert xapi.post(a_statement()).status_code == 200
    assert xapi.get(statementId="fd41c918-b88b-4b20-a0a5-a4c32391aaa0").status_code == 404
    notes()
    assert not RejectionCause.objects.exists()


def test_only_the_newest_of_a_store_are_kept_while_all_are_counted(xapi, notes, settings):
    settings.XAPI_REJECTIONS_KEPT = 3
    for number in range(8):
        xapi.get(limit=f"wrong{number}")
    notes()
    assert [kept.message for kept in Rejection.objects.order_by("id")] == [
        f"limit='wrong{number}' is not a whole number from 0 on." for number in (5, 6, 7)
    ]
    assert RejectionCause.objects.get().count == 8


def test_under_a_flood_what_finds_no_room_is_counted(notes, monkeypatch):
    for _ in range(recording._MOST_WAITING + 50):
        recording.record(some_facts())
    notes()
    cause = RejectionCause.objects.get()
    assert (cause.count, cause.not_kept) == (recording._MOST_WAITING + 50, 50)
    assert sum(span.rejected for span in IngestionSpan.objects.filter(seconds=3600)) == cause.count


def test_a_wrong_secret_is_noted_with_the_key_for_the_store_that_owns_it(store, issued, notes):
    Xapi(basic(issued.key, "a-wrong-secret")).post(a_statement())
    notes()
    cause = RejectionCause.objects.get()
    assert (cause.store_id, cause.key, cause.status) == (store.pk, issued.key, 401)
    assert cause.code == "wrong-credential"
    written = str(list(RejectionCause.objects.values())) + str(list(Rejection.objects.values()))
    assert "a-wrong-secret" not in written


def test_a_revoked_credential_is_noted_for_its_store(store, issued, notes, settings):
    revoke_credential(credential=issued.credential)
    Xapi(basic(issued.key, issued.secret)).post(a_statement())
    notes()
    assert RejectionCause.objects.get().store_id == store.pk


def test_nobody_knows_the_key_of_this_one_and_its_body_is_not_kept(notes):
    Xapi(basic("nobodys-key", "hush")).post(a_statement())
    notes()
    rejection = Rejection.objects.select_related("cause").get()
    assert (rejection.store_id, rejection.cause.key, bytes(rejection.body)) == (
        None,
        "nobodys-key",
        b"",
    )


@pytest.mark.parametrize("header", ["Basic c2VjcmV0", "Bearer hush", "hush", ""])
def test_a_header_that_may_be_all_secret_leaves_no_trace(notes, header):
    Xapi(header).post(a_statement())
    notes()
    assert RejectionCause.objects.get().key == ""


def test_the_form_of_the_alternate_syntax_is_not_kept_for_it_holds_the_secret(notes, issued):
    form = f"Authorization={basic(issued.key, issued.secret)}&nothing=1"
    xapi = Xapi("")
    xapi.request("POST", "/xapi/statements?method=PUT", data=form, content_type="text/plain")
    notes()
    assert RejectionCause.objects.get().code == "alternate-syntax"
    assert bytes(Rejection.objects.get().body) == b""


def test_a_compressed_body_is_kept_readable_and_only_its_beginning(xapi, notes, settings):
    settings.XAPI_REJECTIONS_BODY_BYTES = 10
    body = gzip.compress(json.dumps(BAD).encode())
    assert xapi.post(body, headers={"Content-Encoding": "gzip"}).status_code == 400
    notes()
    assert bytes(Rejection.objects.get().body) == json.dumps(BAD).encode()[:10]


def test_text_that_the_database_cannot_hold_is_replaced(xapi, notes):
    answer = xapi.post(b'{"actor": 1, "verb\\u0000\\ud800": 2}')
    assert answer.status_code == 400
    xapi.post(a_statement(), headers={"User-Agent": "a\0b"})
    notes()
    assert Rejection.objects.count() >= 1


def test_with_zero_kept_nothing_is_noted(xapi, notes, settings):
    settings.XAPI_REJECTIONS_KEPT = 0
    xapi.post(BAD)
    notes()
    assert not RejectionCause.objects.exists()


def test_the_answer_is_the_same_whatever_goes_wrong_with_the_note(xapi, notes, monkeypatch, caplog):
    expected = xapi.post(BAD)

    def broken(facts):
        raise RuntimeError("a defect of ours")

    monkeypatch.setattr("lrs.api.rejected.record", broken)
    answer = xapi.post(BAD)
    assert (answer.status_code, answer.content) == (expected.status_code, expected.content)
    assert "could not be noted" in caplog.text


def test_notes_wait_while_the_database_does_not_answer_and_the_log_says_so(settings, caplog):
    settings.XAPI_REJECTIONS_KEPT = 5
    written, answers = [], [OperationalError("gone"), None]

    def write(**what):
        if (error := answers.pop(0)) is not None:
            raise error
        written.append(what)

    recorder = recording.Recorder(delay=None, write=write)
    first, second = some_facts(message="1"), some_facts(message="2")
    recorder.record(first)
    with caplog.at_level(logging.WARNING):
        assert not recorder.flush()
    assert "could not be written down" in caplog.text
    recorder.record(second)
    assert recorder.flush()
    assert written == [{"kept": [first, second], "counted": []}]


def test_a_thread_writes_the_notes_without_being_asked(settings):
    settings.XAPI_REJECTIONS_KEPT = 5
    done, written = threading.Event(), []

    def write(**what):
        written.append((threading.current_thread().name, what["kept"]))
        done.set()

    note = some_facts()
    recording.Recorder(delay=0.01, write=write).record(note)
    assert done.wait(10)
    assert written == [("rejections", [note])]


def test_old_notes_are_forgotten_and_their_bodies_before(settings, db):
    settings.XAPI_REJECTIONS_KEPT = 10
    settings.XAPI_REJECTIONS_DAYS, settings.XAPI_REJECTIONS_BODY_HOURS = 30, 72
    now = timezone.now()
    ages = {"old": 31, "middle": 4, "new": 1}
    keep(
        kept=[
            some_facts(code=name, moment=now - timedelta(days=days), body=b"{}")
            for name, days in ages.items()
        ]
    )
    assert purge(now=now) == 1
    left = {r.cause.code: bytes(r.body) for r in Rejection.objects.select_related("cause")}
    assert left == {"middle": b"", "new": b"{}"}
    assert set(RejectionCause.objects.values_list("code", flat=True)) == {"middle", "new"}


def test_causes_are_told_apart_by_who_what_and_where_not_by_values():
    one = some_facts(path="/3/actor/mbox", message="'a' is not an address")
    assert fingerprint(one) == fingerprint(some_facts(path="/12/actor/mbox", message="'b' is not"))
    for change in ({"path": "/3/verb"}, {"code": "conflict"}, {"key": "k"}, {"method": "PUT"}):
        assert fingerprint(some_facts(**({"path": "/3/actor/mbox"} | change))) != fingerprint(one)
