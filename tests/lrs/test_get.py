"""GET /xapi/statements: by id, and by every filter."""

import json

import pytest

from lrs.stores.services import create_store
from tests.lrs.conftest import a_statement, client_of, issued_for, new_id

ANA = {"mbox": "mailto:ana@escuela.example"}
LUIS = {"account": {"homePage": "https://moodle.example", "name": "luis"}}
TUTOR = {"openid": "https://id.example/carmen"}
COURSE = "https://escuela.example/course/7"


def as_parameter(agent):
    return json.dumps(agent)


def test_an_unknown_id_is_not_found(xapi):
    response = xapi.get(statementId=new_id())
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "unknown-statement"


def test_a_statement_by_id_says_when_it_was_stored(xapi):
    (statement_id,) = xapi.post(a_statement()).json()
    response = xapi.get(statementId=statement_id)
    assert response["Last-Modified"].endswith("GMT")
    assert response["X-Experience-API-Consistent-Through"].endswith("Z")


@pytest.fixture
def three(xapi):
    """Ids by name: ana answered; luis asked in the course with a tutor; a group with ana as object."""
    batch = {
        "ana": a_statement(actor=ANA),
        "luis": a_statement(
            actor=LUIS,
            verb={"id": "http://adlnet.gov/expapi/verbs/asked"},
            context={
                "registration": "1f0e2c3d-0000-4000-8000-00000000abcd",
                "instructor": TUTOR,
                "contextActivities": {"grouping": [{"id": COURSE}]},
            },
        ),
        "group": a_statement(
            actor=LUIS,
            object={"objectType": "Group", "member": [ANA], "mbox": "mailto:g@escuela.example"},
        ),
        "sub": a_statement(
            actor=LUIS,
            object={
                "objectType": "SubStatement",
                **a_statement(actor=TUTOR, object={"id": COURSE}),
            },
        ),
    }
    return dict(zip(batch, xapi.post(list(batch.values())).json(), strict=True))


def found(xapi, three, **parameters):
    names = {statement_id: name for name, statement_id in three.items()}
    return [names[statement_id] for statement_id in xapi.ids(ascending="true", **parameters)]


def test_by_agent_as_actor_object_or_member_of_either(xapi, three):
    assert found(xapi, three, agent=as_parameter(ANA)) == ["ana", "group"]
    assert found(xapi, three, agent=as_parameter(LUIS)) == ["luis", "group", "sub"]
    assert found(xapi, three, agent=as_parameter(TUTOR)) == []
    group = {"objectType": "Group", "mbox": "mailto:g@escuela.example"}
    assert found(xapi, three, agent=as_parameter(group)) == ["group"]


def test_by_related_agents_also_instructor_authority_and_substatement(xapi, three, issued):
    related = {"related_agents": "true"}
    assert found(xapi, three, agent=as_parameter(TUTOR), **related) == ["luis", "sub"]
    authority = xapi.stored(three["ana"])["authority"]
    assert found(xapi, three, agent=as_parameter(authority), **related) == list(three)
    assert found(xapi, three, agent=as_parameter(authority)) == []


def test_by_verb(xapi, three):
    assert found(xapi, three, verb="http://adlnet.gov/expapi/verbs/asked") == ["luis"]
    assert found(xapi, three, verb="http://adlnet.gov/expapi/verbs/unheard-of") == []


def test_by_activity_as_object_and_by_related_activities_anywhere(xapi, three):
    assert found(xapi, three, activity="https://escuela.example/quiz/1") == ["ana", "luis"]
    assert found(xapi, three, activity=COURSE) == []
    assert found(xapi, three, activity=COURSE, related_activities="true") == ["luis", "sub"]


def test_by_registration_in_any_letter_case(xapi, three):
    assert found(xapi, three, registration="1F0E2C3D-0000-4000-8000-00000000ABCD") == ["luis"]


def test_filters_together_must_all_hold(xapi, three):
    both = {"agent": as_parameter(LUIS), "activity": COURSE, "related_activities": "true"}
    assert found(xapi, three, **both) == ["luis", "sub"]
    asked = "http://adlnet.gov/expapi/verbs/asked"
    assert found(xapi, three, verb=asked, **both) == ["luis"]


def test_since_is_exclusive_and_until_inclusive(xapi):
    first, second, third = (xapi.post(a_statement()).json()[0] for _ in range(3))
    moment = xapi.stored(second)["stored"]
    assert xapi.stored(first)["stored"] <= moment <= xapi.stored(third)["stored"]
    assert second not in xapi.ids(since=moment)
    assert second in xapi.ids(until=moment)
    assert set(xapi.ids(since=moment)).isdisjoint(xapi.ids(until=moment))
    assert set(xapi.ids(since=moment)) | set(xapi.ids(until=moment)) == {first, second, third}
    assert xapi.ids(until="1999-01-01T00:00:00Z") == []
    assert xapi.ids(since="2999-01-01T00:00:00Z") == []


def test_limit_zero_is_the_servers_maximum(xapi, settings):
    settings.XAPI_MAX_PAGE = 3
    xapi.post([a_statement() for _ in range(5)])
    assert len(xapi.ids(limit=0)) == 3
    assert len(xapi.ids(limit=100)) == 3
    assert len(xapi.ids(limit=2)) == 2


@pytest.mark.parametrize(
    "parameters",
    [
        {"Agent": "{}"},
        {"unknown": "1"},
        {"statementId": "1f0e2c3d-0000-4000-8000-00000000abcd", "verb": "http://x.example/v"},
        {
            "statementId": "1f0e2c3d-0000-4000-8000-00000000abcd",
            "voidedStatementId": "1f0e2c3d-0000-4000-8000-00000000abcd",
        },
        {"statementId": "no"},
        {"registration": "no"},
        {"verb": "no"},
        {"activity": "no"},
        {"activity": "http://x.example/\0"},
        {"agent": "{"},
        {"agent": "{}"},
        {"agent": '{"mbox":"mailto:a@b.org","openid":"http://x.example"}'},
        {"agent": '{"objectType":"Group","member":[{"mbox":"mailto:a@b.org"}]}'},
        {"agent": '{"account":{"homePage":"http://x.example","name":"\\ud800"}}'},
        {"agent": '{"\\ud800":1}'},
        {"since": "yesterday"},
        {"until": "2026-13-40T00:00:00Z"},
        {"limit": "-1"},
        {"limit": "ten"},
        {"ascending": "True"},
        {"related_agents": "1"},
        {"format": "pretty"},
        {"cursor": "made-up"},
        {"attachments": "yes"},
    ],
)
def test_a_parameter_that_is_wrong_is_refused_with_its_name(xapi, parameters):
    response = xapi.get(**parameters)
    assert response.status_code == 400
    assert response.json()["error"]["message"]


def test_a_parameter_given_twice_is_refused(xapi):
    response = xapi.request("GET", "/xapi/statements?limit=1&limit=2")
    assert response.status_code == 400


def test_head_has_the_headers_of_get_and_no_body(xapi):
    (statement_id,) = xapi.post(a_statement()).json()
    get = xapi.get(statementId=statement_id)
    head = xapi.request("HEAD", f"/xapi/statements?statementId={statement_id}")
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == str(len(get.content))
    assert head["Last-Modified"] == get["Last-Modified"]


def test_one_store_never_sees_anothers_statements(xapi):
    other = client_of(issued_for(create_store(slug="otra", name="Otra", default_version="1.0.3")))
    statement_id = new_id()
    xapi.post(a_statement(id=statement_id))
    assert other.get(statementId=statement_id).status_code == 404
    assert other.ids() == []
    assert other.ids(agent=as_parameter(ANA)) == []
    assert (
        other.post(a_statement(id=statement_id, object={"id": "https://x.example/o"})).status_code
        == 200
    )
    assert len(xapi.ids()) == len(other.ids()) == 1


def test_a_credential_for_its_own_statements_reads_only_those(xapi, store):
    own = client_of(issued_for(store, "statements/write", "statements/read/mine"))
    theirs = xapi.post(a_statement()).json()[0]
    mine = own.post(a_statement()).json()[0]
    assert own.ids() == [mine]
    assert own.get(statementId=theirs).status_code == 404
    assert set(xapi.ids()) == {mine, theirs}
