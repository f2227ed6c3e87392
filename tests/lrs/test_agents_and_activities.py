"""What a store knows of an agent (a Person) and of an activity."""

import json

import pytest
from django.db import OperationalError

from lrs.agents.services import MOST_NAMES
from lrs.statements import store as store_module
from lrs.stores.services import create_store
from tests.lrs.conftest import Xapi, a_statement, client_of, in_threads, issued_for, new_id
from tests.lrs.test_refusals import error_of

IRI = "https://escuela.example/quiz/1"


def person(xapi: Xapi, agent, **extra):
    text = agent if isinstance(agent, str) else json.dumps(agent)
    return xapi.request("GET", "/xapi/agents", query_params={"agent": text}, **extra)


def activity(xapi: Xapi, iri: str = IRI, **extra):
    return xapi.request("GET", "/xapi/activities", query_params={"activityId": iri}, **extra)


@pytest.mark.parametrize(
    "identifier",
    [
        {"mbox": "mailto:ana@escuela.example"},
        {"mbox_sha1sum": "ebd31e95054c018b10727ccffd2ef2ec3a016ee9"},
        {"openid": "https://ana.example/"},
        {"account": {"homePage": "https://escuela.example", "name": "ana"}},
    ],
)
@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_a_person_has_an_array_for_each_of_its_properties(issued, version, identifier):
    xapi = client_of(issued, version)
    xapi.post(a_statement(actor={**identifier, "name": "Ana Núñez"}))
    response = person(xapi, identifier)
    assert response.status_code == 200
    assert response.json() == {
        "objectType": "Person",
        "name": ["Ana Núñez"],
        **{key: [value] for key, value in identifier.items()},
    }


def test_a_person_has_every_name_that_statements_gave_it_in_the_order_heard(xapi):
    ana = {"mbox": "mailto:ana@escuela.example"}
    for name in ("Ana Núñez", "Ana", None, "Ana Núñez"):
        xapi.post(a_statement(actor=ana if name is None else ana | {"name": name}))
    xapi.post(a_statement(actor={"mbox": "mailto:luis@escuela.example", "name": "Luis"}))
    assert person(xapi, ana).json()["name"] == ["Ana Núñez", "Ana"]
    asked = person(xapi, ana | {"name": "Anita"}).json()
    assert asked["name"] == ["Anita", "Ana Núñez", "Ana"]


def test_names_are_heard_wherever_an_agent_stands(xapi):
    teacher = {"objectType": "Agent", "mbox": "mailto:rosa@escuela.example", "name": "Rosa"}
    xapi.post(a_statement(object=teacher))
    xapi.post(a_statement(context={"instructor": {**teacher, "name": "Prof. Rosa"}}))
    assert person(xapi, {"mbox": teacher["mbox"]}).json()["name"] == ["Rosa", "Prof. Rosa"]


def test_only_so_many_names_of_an_agent_are_kept(xapi):
    ana = {"mbox": "mailto:ana@escuela.example"}
    for number in range(MOST_NAMES + 5):
        assert xapi.post(a_statement(actor=ana | {"name": f"n{number}"})).status_code == 200
    names = person(xapi, ana).json()["name"]
    assert names == [f"n{number}" for number in range(MOST_NAMES)]


def test_a_refused_statement_teaches_nothing(xapi):
    ana = {"mbox": "mailto:ana@escuela.example"}
    sent = a_statement(id=new_id(), actor=ana)
    xapi.post(sent)
    changed = sent | {"actor": ana | {"name": "Mallory"}, "verb": {"id": "https://v.example/x"}}
    assert xapi.post(changed).status_code == 409
    assert "name" not in person(xapi, ana).json()


def test_without_the_scope_define_a_statement_is_stored_whole_and_teaches_nothing(store, xapi):
    writer = client_of(issued_for(store, "statements/write"))
    for batch in ([a_statement()], [a_statement(), a_statement()]):
        ids = writer.post(batch).json()
        kept = xapi.stored(ids[0])
        assert kept["object"]["definition"] == a_statement()["object"]["definition"]
        assert kept["actor"]["name"] == "Ana Núñez"
        assert activity(xapi).json() == {"objectType": "Activity", "id": IRI}
        assert "name" not in person(xapi, {"mbox": "mailto:ana@escuela.example"}).json()
    definer = client_of(issued_for(store, "statements/write", "define"))
    definer.post(a_statement())
    assert activity(xapi).json()["definition"] == a_statement()["object"]["definition"]
    assert person(xapi, {"mbox": "mailto:ana@escuela.example"}).json()["name"] == ["Ana Núñez"]


def test_a_statement_that_is_on_disk_is_confirmed_though_its_names_could_not_be_kept(
    xapi, monkeypatch, caplog
):
    # The database fails at this very moment: a test cannot make the real one do that.
    def fail(*, names: object) -> None:
        raise OperationalError

    monkeypatch.setattr(store_module, "learn_names", fail)
    response = xapi.post(a_statement())
    assert response.status_code == 200
    assert xapi.stored(response.json()[0])["actor"]["name"] == "Ana Núñez"
    assert "names of agents" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_writers_that_name_the_same_agents_at_once_all_succeed(issued):
    def work(number: int) -> int:
        xapi = client_of(issued)
        people = [f"mailto:p{each}@escuela.example" for each in range(10)]
        batch = [
            a_statement(actor={"mbox": mbox, "name": f"name {number}"})
            for mbox in (people if number % 2 else reversed(people))
        ]
        return int(xapi.post(batch).status_code)

    assert in_threads(work, 6) == [200] * 6
    names = person(client_of(issued), {"mbox": "mailto:p3@escuela.example"}).json()["name"]
    assert sorted(names) == [f"name {number}" for number in range(6)]


def test_an_agent_that_nobody_spoke_of_is_a_person_with_what_was_asked(xapi):
    agent = {"objectType": "Agent", "mbox": "mailto:nobody@escuela.example", "name": "Nobody"}
    assert person(xapi, agent).json() == {
        "objectType": "Person",
        "name": ["Nobody"],
        "mbox": ["mailto:nobody@escuela.example"],
    }


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "{",
        "[]",
        {},
        {"name": "Ana"},
        {"mbox": ["mailto:a@b.org"]},
        {"objectType": "Group", "mbox": "mailto:a@b.org"},
        {"objectType": "Person", "mbox": ["mailto:a@b.org"]},
    ],
)
def test_what_is_not_one_agent_is_refused(xapi, agent):
    response = person(xapi, agent)
    assert response.status_code == 400
    error_of(response)


def test_no_other_parameter_is_taken(xapi):
    for path in ("agents", "activities", "agents?Agent={}", f"activities?activityID={IRI}"):
        assert xapi.request("GET", f"/xapi/{path}").status_code == 400
    more = {"activityId": IRI, "since": "2026-01-01T00:00:00Z"}
    assert xapi.request("GET", "/xapi/activities", query_params=more).status_code == 400


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_an_activity_is_what_all_statements_say_of_it(issued, version):
    xapi = client_of(issued, version)
    xapi.post(
        [
            a_statement(object={"id": IRI, "definition": {"name": {"es": "Fracciones"}}}),
            a_statement(
                object={
                    "id": IRI,
                    "definition": {
                        "name": {"en": "Fractions"},
                        "type": "http://adlnet.gov/expapi/activities/assessment",
                        "extensions": {"https://x.example/n": 12345678901234567890123},
                    },
                }
            ),
        ]
    )
    response = activity(xapi)
    assert response.status_code == 200
    assert response.json() == {
        "objectType": "Activity",
        "id": IRI,
        "definition": {
            "name": {"es": "Fracciones", "en": "Fractions"},
            "type": "http://adlnet.gov/expapi/activities/assessment",
            "extensions": {"https://x.example/n": 12345678901234567890123},
        },
    }


def test_an_activity_that_nobody_spoke_of_is_an_activity_with_its_id(xapi):
    response = activity(xapi, "https://escuela.example/never")
    assert response.status_code == 200
    assert response.json() == {"objectType": "Activity", "id": "https://escuela.example/never"}


def test_an_activity_id_must_be_an_iri(xapi):
    for iri in ("", "no-scheme", "a:\0"):
        assert activity(xapi, iri).status_code == 400


def test_a_client_that_has_the_answer_gets_none(xapi):
    for ask in (lambda **extra: activity(xapi, **extra),
                lambda **extra: person(xapi, {"mbox": "mailto:a@b.org"}, **extra)):  # fmt: skip
        tag = ask()["ETag"]
        assert ask(headers={"If-None-Match": tag}).status_code == 304
        assert ask(headers={"If-None-Match": '"x"'}).status_code == 200


def test_head_has_no_body(xapi):
    response = xapi.request("HEAD", "/xapi/activities", query_params={"activityId": IRI})
    assert response.status_code == 200
    assert response.content == b""


def test_another_store_knows_nothing_of_them(xapi):
    xapi.post(a_statement())
    stranger = client_of(issued_for(create_store(slug="other", name="Other")))
    assert "definition" not in activity(stranger).json()
    assert "name" not in person(stranger, {"mbox": "mailto:ana@escuela.example"}).json()


@pytest.mark.parametrize(
    ("scope", "status"),
    [("statements/read", 200), ("all/read", 200), ("statements/write", 403), ("state", 403)],
)
def test_they_are_for_who_reads_statements(store, scope, status):
    reader = client_of(issued_for(store, scope))
    assert activity(reader).status_code == status
    assert person(reader, {"mbox": "mailto:ana@escuela.example"}).status_code == status
