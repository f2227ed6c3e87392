"""What the log and the passport read."""

import json

import pytest

from lrs.agents.selectors import agent_ids
from lrs.hierarchy.courses import in_course
from lrs.models import Activity, Statement
from lrs.statements import selectors
from lrs.stores.services import create_store
from lrs.xapi.actors import identifier
from tests.lrs.conftest import a_statement, client_of, issued_for, new_id, voiding

ANA = {"mbox": "mailto:ana@escuela.example"}
COURSE = {
    "id": "https://escuela.example/course/7",
    "definition": {"type": "http://adlnet.gov/expapi/activities/course"},
}


@pytest.mark.parametrize(
    ("actor", "text"),
    [
        ({"mbox": "mailto:a@b.org"}, "mbox:mailto:a@b.org"),
        ({"mbox_sha1sum": "AB" * 20}, "mbox_sha1sum:" + "ab" * 20),
        ({"openid": "https://id.example/A"}, "openid:https://id.example/A"),
        (
            {"account": {"homePage": "https://x.example", "name": "a b"}},
            "account:https://x.example a b",
        ),
        ({"objectType": "Group", "member": [ANA]}, None),
    ],
)
def test_an_actor_is_known_by_one_text(actor, text):
    assert identifier(actor) == text


def test_documents_are_the_bytes_served(xapi):
    (statement_id,) = xapi.post(a_statement()).json()
    seq = Statement.objects.get().seq
    served = xapi.get(statementId=statement_id).content
    assert selectors.documents(seqs=[seq, seq + 1000]) == {seq: served}


def test_agents_are_found_in_every_store_or_in_some(xapi, store):
    other = create_store(slug="otra", name="Otra", default_version="1.0.3")
    xapi.post(a_statement(actor=ANA))
    client_of(issued_for(other)).post(a_statement(actor=ANA))
    text = identifier(ANA)
    assert len(agent_ids(identifiers=[text, "mbox:mailto:nobody@x.example"])) == 2
    assert len(agent_ids(identifiers=[text], store_ids=[store.pk])) == 1
    assert agent_ids(identifiers=[]) == []


@pytest.fixture
def timeline(xapi):
    """Ids by name, of which `later` was sent first."""
    gone = new_id()
    batch = {
        "later": a_statement(timestamp="2026-01-03T10:00:00Z", object=COURSE),
        "first": a_statement(timestamp="2026-01-01T10:00:00Z"),
        "tie": a_statement(
            timestamp="2026-01-03T10:00:00Z", context={"contextActivities": {"grouping": [COURSE]}}
        ),
        "voided": a_statement(id=gone),
        "voiding": voiding(gone),
        "other": a_statement(actor={"mbox": "mailto:other@x.example"}),
    }
    return dict(zip(batch, xapi.post(list(batch.values())).json(), strict=True))


def names(timeline, found):
    by_id = {statement_id: name for name, statement_id in timeline.items()}
    return [by_id[str(statement.id)] for statement in found]


def test_statements_of_agents_come_newest_first_without_voided_and_voiding_ones(timeline):
    agents = agent_ids(identifiers=[identifier(ANA)])
    found = selectors.of_agents(agent_ids=agents, limit=10)
    assert names(timeline, found) == ["tie", "later", "first"]
    assert json.loads(found[0].document)["id"] == timeline["tie"]


def test_statements_of_agents_go_on_after_a_page(timeline):
    agents = agent_ids(identifiers=[identifier(ANA)])
    (first,) = selectors.of_agents(agent_ids=agents, limit=1)
    rest = selectors.of_agents(agent_ids=agents, limit=10, before=(first.timestamp, first.seq))
    assert names(timeline, rest) == ["later", "first"]


def test_statements_of_agents_in_a_course_as_object_or_in_context(timeline):
    agents = agent_ids(identifiers=[identifier(ANA)])
    course = Activity.objects.get(iri=COURSE["id"]).pk
    within = in_course(agent_ids=agents, course_id=course)
    found = selectors.of_agents(agent_ids=agents, within=within, limit=10)
    assert names(timeline, found) == ["tie", "later"]
    seqs = selectors.seqs_of_agents(agent_ids=agents, within=within)
    assert seqs == sorted(statement.seq for statement in found)


def test_a_course_in_a_substatement_is_not_where_the_statement_happened(xapi):
    inner = {"objectType": "SubStatement", **a_statement(object=COURSE)}
    xapi.post(a_statement(object=inner))
    agents = agent_ids(identifiers=[identifier(ANA)])
    course = Activity.objects.get(iri=COURSE["id"]).pk
    within = in_course(agent_ids=agents, course_id=course)
    assert selectors.of_agents(agent_ids=agents, within=within, limit=10) == []


def test_voided_and_existing_ones_among_seqs(timeline):
    seqs = list(Statement.objects.values_list("seq", flat=True))
    gone = Statement.objects.get(id=timeline["voided"]).seq
    assert selectors.voided_among(seqs=seqs) == {gone}
    assert selectors.existing_among(seqs=[*seqs, 10**12]) == set(seqs)
