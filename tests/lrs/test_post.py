"""POST /xapi/statements: what is taken, what the answer says, and that a batch is whole or nothing."""

import json

import pytest

from lrs.models import Statement
from lrs.statements.documents import decode
from lrs.xapi import timestamps
from tests.lrs.conftest import a_statement, new_id


def test_one_statement_is_answered_with_its_id_and_can_be_read_back(xapi):
    response = xapi.post(a_statement())
    assert response.status_code == 200
    (statement_id,) = response.json()
    found = xapi.stored(statement_id)
    assert found["actor"]["name"] == "Ana Núñez"
    assert found["id"] == statement_id


def test_a_batch_is_answered_with_its_ids_in_order_and_stored_in_order(xapi):
    given = [new_id() for _ in range(20)]
    response = xapi.post([a_statement(id=one) for one in given])
    assert response.json() == given
    assert xapi.ids(ascending="true") == given
    assert xapi.ids() == given[::-1]


def test_a_batch_without_ids_gets_them_as_moodle_expects(xapi):
    ids = xapi.post([a_statement(), a_statement()]).json()
    assert len(set(ids)) == 2
    assert xapi.ids(ascending="true") == ids


def test_a_statement_gets_what_the_lrs_sets(xapi, issued):
    (statement_id,) = xapi.post(a_statement(stored="2001-01-01T00:00:00Z")).json()
    found = xapi.stored(statement_id)
    assert found["version"] == "1.0.0"
    assert found["timestamp"] == found["stored"] > "2026"
    assert found["authority"]["account"]["name"] == f"credential-{issued.credential.pk}"
    assert issued.key not in json.dumps(found)


def test_what_the_client_says_is_kept_to_the_letter(xapi):
    statement = a_statement(
        id=new_id(),
        timestamp="2026-03-12T14:05:00.123456+01:00",
        version="1.0.2",
        result={"extensions": {"https://x.example/e": {"n": None, "text": "ñ €", "float": 1.50}}},
        context={
            "language": "es-ES",
            "contextActivities": {"other": [{"id": "https://x.example/a"}]},
        },
    )
    xapi.post(statement)
    found = xapi.stored(statement["id"])
    assert {key: found[key] for key in statement} == statement


def test_a_single_context_activity_comes_back_as_an_array(xapi):
    context = {"contextActivities": {"parent": {"id": "https://x.example/course"}}}
    (statement_id,) = xapi.post(a_statement(context=context)).json()
    found = xapi.stored(statement_id)["context"]["contextActivities"]
    assert found == {"parent": [{"id": "https://x.example/course"}]}


def test_an_empty_batch_is_answered_with_no_ids(xapi):
    response = xapi.post([])
    assert (response.status_code, response.json()) == (200, [])


def test_one_wrong_statement_keeps_the_whole_batch_out_and_is_named(xapi):
    wrong = a_statement(actor={"mbox": "mailto:undefined"})
    response = xapi.post([a_statement(), a_statement(), wrong, a_statement()])
    assert response.status_code == 400
    assert response.json()["error"]["path"] == "/2/actor/mbox"
    assert xapi.ids() == []


def test_one_conflict_keeps_the_whole_batch_out_and_is_named(xapi):
    known = new_id()
    xapi.post(a_statement(id=known))
    other = a_statement(id=known, object={"id": "https://x.example/other"})
    response = xapi.post([a_statement(), other])
    assert response.status_code == 409
    assert response.json()["error"]["path"] == "/1/id"
    assert known in response.json()["error"]["message"]
    assert xapi.ids() == [known]


def test_a_conflict_of_a_single_statement_is_named_without_a_position(xapi):
    known = new_id()
    xapi.post(a_statement(id=known))
    response = xapi.post(a_statement(id=known, object={"id": "https://x.example/other"}))
    assert (response.status_code, response.json()["error"]["path"]) == (409, "/id")


def test_a_batch_may_repeat_what_is_stored_and_bring_new_ones(xapi):
    known, new = new_id(), new_id()
    xapi.post(a_statement(id=known))
    response = xapi.post([a_statement(id=known), a_statement(id=new)])
    assert (response.status_code, response.json()) == (200, [known, new])
    assert xapi.ids(ascending="true") == [known, new]


@pytest.mark.parametrize("change", [str.upper, str.lower])
def test_an_id_twice_in_a_batch_is_refused(xapi, change):
    statement_id = new_id()
    response = xapi.post([a_statement(id=statement_id), a_statement(id=change(statement_id))])
    assert response.status_code == 400
    assert response.json()["error"]["path"] == "/1/id"
    assert not Statement.objects.exists()


def test_a_batch_over_the_limit_is_refused(xapi, settings):
    settings.XAPI_MAX_BATCH = 3
    response = xapi.post([a_statement()] * 4)
    assert response.status_code == 413
    assert "3" in response.json()["error"]["message"]
    assert xapi.ids() == []


def test_post_takes_no_parameters(xapi):
    response = xapi.request(
        "POST", "/xapi/statements?limit=1", data=b"{}", content_type="application/json"
    )
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "parameter"


def test_every_kind_of_actor_and_object_is_taken(xapi):
    agents = [
        {"mbox_sha1sum": "A" * 40},
        {"openid": "https://id.example/ana"},
        {"account": {"homePage": "https://x.example", "name": "ana b"}},
        {"objectType": "Group", "member": [{"mbox": "mailto:a@b.org"}]},
        {"objectType": "Group", "mbox": "mailto:g@b.org", "member": []},
    ]
    objects = [
        {"objectType": "Agent", "mbox": "mailto:x@b.org"},
        {"objectType": "Group", "member": [{"mbox": "mailto:y@b.org"}]},
        {"objectType": "StatementRef", "id": new_id()},
        {"objectType": "SubStatement", **a_statement()},
    ]
    batch = [a_statement(actor=actor) for actor in agents]
    batch += [a_statement(object=target) for target in objects]
    ids = xapi.post(batch).json()
    assert xapi.ids(ascending="true") == ids


def test_alone_in_a_batch_or_as_a_reference_a_statement_is_written_in_the_same_form(xapi):
    """The three ways of the store: one round trip, COPY, and COPY because the statement refers to another."""

    def form(statement_id):
        text = xapi.get(statementId=statement_id).content.decode()
        found = json.loads(text)
        for value in (found["id"], found["stored"], found["timestamp"]):
            text = text.replace(value, "…")
        return text

    xapi.post(a_statement())  # from here on nothing about the activity is new
    (alone,) = xapi.post(a_statement()).json()
    batched, _ = xapi.post([a_statement(), a_statement()]).json()
    assert form(alone) == form(batched)
    assert form(alone).endswith('"version":"1.0.0","timestamp":"…","stored":"…"}')
    reference = a_statement(object={"objectType": "StatementRef", "id": alone})
    (referring,) = xapi.post(reference).json()
    assert form(referring).endswith('"version":"1.0.0","timestamp":"…","stored":"…"}')


def test_the_moments_in_the_text_are_those_in_the_row(xapi):
    for batch in ([a_statement()], [a_statement()], [a_statement(), a_statement()]):
        xapi.post(batch)
    for row in Statement.objects.all():
        document = json.loads(decode(row.encoding, row.document))
        assert timestamps.parse(document["stored"]) == row.stored
        assert timestamps.parse(document["timestamp"]) == row.timestamp == row.stored
