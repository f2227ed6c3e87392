"""What a statement may look like (Data 2.2 to 2.6), and that a refusal names the place."""

import pytest

from lrs.xapi.errors import XapiError
from lrs.xapi.statements import validate
from lrs.xapi.versions import V1, V2
from tests.lrs.conftest import a_statement, new_id

EXT = "https://x.example/e"
TWO = [
    {"account": {"homePage": "https://x.example/token", "name": "app"}},
    {"mbox": "mailto:ana@escuela.example"},
]
COMPONENT = {"id": "a", "description": {"en": "A"}}


def with_context(**context):
    return a_statement(context=context)


def with_result(**result):
    return a_statement(result=result)


def with_definition(**definition):
    return a_statement(object={"id": "https://x.example/a", "definition": definition})


def sub(**changes):
    return a_statement(object={"objectType": "SubStatement", **a_statement(), **changes})


GOOD = {
    "minimal": a_statement(),
    "null in extensions": with_result(extensions={EXT: None}),
    "every score": with_result(score={"scaled": -1, "raw": 5, "min": 0, "max": 10.5}),
    "weeks": with_result(duration="P4W"),
    "a duration of parts": with_result(duration="P1Y2M3DT4H5M6.78S"),
    "language": with_context(language="zh-Hant-TW"),
    "a region by number": with_context(language="es-419"),
    "revision with an activity": with_context(revision="2", platform="Moodle"),
    "interaction": with_definition(
        interactionType="choice", correctResponsesPattern=["a"], choices=[COMPONENT]
    ),
    "a timestamp with an offset": a_statement(timestamp="2026-03-12T14:05:00+01:00"),
    "an IRI in Unicode": a_statement(object={"id": "https://x.example/ñandú"}),
    "a URN": a_statement(object={"id": "urn:uuid:1f0e2c3d-0000-4000-8000-00000000abcd"}),
    "a substatement": sub(),
    "an authority of an application and a user": a_statement(
        authority={"objectType": "Group", "member": TWO}
    ),
    "an id in upper case": a_statement(id=new_id().upper()),
}

BAD = {
    "no actor": (a_statement(actor=None), ""),
    "no verb": (a_statement(verb=None), ""),
    "no object": (a_statement(object=None), ""),
    "an unknown property": (a_statement(extra=1), ""),
    "a property in other letter case": (a_statement(Result={}), ""),
    "null": (a_statement() | {"result": None}, "/result"),
    "an id that is no UUID": (a_statement(id="x"), "/id"),
    "an actor without an identifier": (a_statement(actor={"name": "x"}), "/actor"),
    "an actor with two identifiers": (
        a_statement(actor={"mbox": "mailto:a@b.org", "openid": "http://x.example"}),
        "/actor",
    ),
    "a mailbox without mailto": (a_statement(actor={"mbox": "a@b.org"}), "/actor/mbox"),
    "a short sha1": (a_statement(actor={"mbox_sha1sum": "abc"}), "/actor/mbox_sha1sum"),
    "an account without a name": (
        a_statement(actor={"account": {"homePage": "http://x.example"}}),
        "/actor/account",
    ),
    "an anonymous group without members": (a_statement(actor={"objectType": "Group"}), "/actor"),
    "a group within a group": (
        a_statement(
            actor={
                "objectType": "Group",
                "member": [{"objectType": "Group", "mbox": "mailto:a@b.org"}],
            }
        ),
        "/actor/member/0/objectType",
    ),
    "a verb that is no IRI": (a_statement(verb={"id": "answered"}), "/verb/id"),
    "an IRI with a line break": (a_statement(verb={"id": "http://x.example/\n"}), "/verb/id"),
    "a display of a wrong language": (
        a_statement(verb={"id": "http://x.example/v", "display": {"español": "x"}}),
        "/verb/display",
    ),
    "an object type that is none": (
        a_statement(object={"objectType": "activity", "id": "http://x.example"}),
        "/object/objectType",
    ),
    "an object without an id": (a_statement(object={"objectType": "Activity"}), "/object"),
    "a reference that is no UUID": (
        a_statement(object={"objectType": "StatementRef", "id": "x"}),
        "/object/id",
    ),
    "a scaled score above one": (with_result(score={"scaled": 1.01}), "/result/score/scaled"),
    "raw below min": (with_result(score={"raw": -1, "min": 0}), "/result/score/raw"),
    "min above max": (with_result(score={"min": 2, "max": 1}), "/result/score/min"),
    "a score as text": (with_result(score={"raw": "5"}), "/result/score/raw"),
    "success as text": (with_result(success="true"), "/result/success"),
    "weeks and days": (with_result(duration="P4W1D"), "/result/duration"),
    "an empty duration": (with_result(duration="P"), "/result/duration"),
    "an empty time": (with_result(duration="P1DT"), "/result/duration"),
    "an extension without an IRI": (with_result(extensions={"e": 1}), "/result/extensions"),
    "a timestamp without a day": (a_statement(timestamp="2026-03"), "/timestamp"),
    "a day that does not exist": (a_statement(timestamp="2026-02-30T10:00:00Z"), "/timestamp"),
    "a negative zero offset": (a_statement(timestamp="2026-03-12T14:05:00-00:00"), "/timestamp"),
    "a language that is none": (with_context(language="español"), "/context/language"),
    "a registration that is no UUID": (with_context(registration="1"), "/context/registration"),
    "a team that is an agent": (with_context(team={"mbox": "mailto:a@b.org"}), "/context/team"),
    "revision without an activity": (
        with_context(revision="1") | {"object": {"objectType": "StatementRef", "id": new_id()}},
        "/context/revision",
    ),
    "platform without an activity, inside": (
        sub(object={"mbox": "mailto:a@b.org", "objectType": "Agent"}, context={"platform": "x"}),
        "/object/context/platform",
    ),
    "a substatement in a substatement": (sub(object=sub()["object"]), "/object/object/objectType"),
    "a substatement with an id": (sub(id=new_id()), "/object"),
    "an interaction type that is none": (
        with_definition(interactionType="quiz"),
        "/object/definition/interactionType",
    ),
    "a component without an id": (
        with_definition(interactionType="choice", choices=[{}]),
        "/object/definition/choices/0",
    ),
    "choices without an interaction type": (
        with_definition(choices=[COMPONENT]),
        "/object/definition",
    ),
    "two components with one id": (
        with_definition(interactionType="choice", choices=[COMPONENT, COMPONENT]),
        "/object/definition/choices/1/id",
    ),
    "an authority that is an identified group": (
        a_statement(authority={"objectType": "Group", "mbox": "mailto:a@b.org", "member": TWO}),
        "/authority",
    ),
    "an authority of three": (
        a_statement(authority={"objectType": "Group", "member": [*TWO, TWO[0]]}),
        "/authority/member",
    ),
    "version 0.9": (a_statement(version="0.9"), "/version"),
}


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("version", [V1, V2])
def test_is_a_statement(name, version):
    validate(GOOD[name], version)


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("version", [V1, V2])
def test_is_refused_with_its_place(name, version):
    statement, path = BAD[name]
    with pytest.raises(XapiError) as refused:
        validate(statement, version)
    assert refused.value.path == path, refused.value.message
    assert refused.value.message


CONTEXT_AGENT = {"objectType": "contextAgent", "agent": {"mbox": "mailto:a@b.org"}}
CONTEXT_GROUP = {
    "objectType": "contextGroup",
    "group": {"objectType": "Group", "member": [{"mbox": "mailto:a@b.org"}]},
}


def test_context_agents_and_groups_are_of_version_2_only():
    statement = with_context(
        contextAgents=[CONTEXT_AGENT | {"relevantTypes": ["https://x.example/t"]}],
        contextGroups=[CONTEXT_GROUP],
    )
    validate(statement, V2)
    with pytest.raises(XapiError):
        validate(statement, V1)


@pytest.mark.parametrize(
    "change", [{"relevantTypes": []}, {"relevantTypes": ["x"]}, {"objectType": "Agent"}]
)
def test_a_context_agent_is_checked_in_full(change):
    with pytest.raises(XapiError) as refused:
        validate(with_context(contextAgents=[CONTEXT_AGENT | change]), V2)
    assert refused.value.path.startswith("/context/contextAgents/0/")


def test_version_2_wants_timestamps_of_rfc_3339():
    with pytest.raises(XapiError):
        validate(a_statement(timestamp="2026-03-12T14:05"), V2)
    validate(a_statement(timestamp="2026-03-12T14:05"), V1)
