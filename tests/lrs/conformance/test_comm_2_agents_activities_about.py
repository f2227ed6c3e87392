"""Communication 2.4, 2.5, 2.8: agents, activities, about; 2.0: 4.1.6.3, 4.1.6.4, 4.1.6.7."""

import pytest

from tests.lrs.conformance.examples import AGENT, FULL, GROUP
from tests.lrs.conformance.table import Ask, answers, requests, requirement
from tests.lrs.conftest import a_statement

ACTIVITY = "https://escuela.example/quiz/1"
_IDENTIFIERS = [
    {"mbox": "mailto:ana@escuela.example"},
    {"mbox_sha1sum": "cd9b00a5611f94eaa7b1661edab976068e364975"},
    {"openid": "https://id.example/ana"},
    {"account": {"homePage": "https://escuela.example", "name": "ana"}},
]

test_agents = requests(
    "Comm 2.4",
    answers(
        200,
        "An agent that nobody spoke of is answered with a Person all the same",
        *[Ask("GET", "agents", {"agent": agent}) for agent in _IDENTIFIERS],
    ),
    answers(400, "agent must be given", Ask("GET", "agents")),
    answers(
        400,
        "agent is an agent, checked in full",
        *[
            Ask("GET", "agents", {"agent": value})
            for value in (
                "ana",
                "",
                {},
                {"name": "Ana"},
                {"mbox": "ana"},
                [AGENT],
                _IDENTIFIERS[0] | _IDENTIFIERS[2],
                AGENT | {"x": 1},
            )
        ],
    ),
    answers(
        400,
        "agent is no group and no person",
        Ask("GET", "agents", {"agent": GROUP}),
        Ask("GET", "agents", {"agent": {"objectType": "Group", **AGENT}}),
        Ask("GET", "agents", {"agent": {"objectType": "Person", "mbox": ["mailto:a@b.example"]}}),
    ),
    answers(
        400,
        "No other parameter is known",
        Ask("GET", "agents", {"agent": AGENT, "x": "1"}),
        Ask("GET", "agents", {"Agent": AGENT}),
    ),
    answers(
        405,
        "Agents can be read only",
        *[
            Ask(method, "agents", {"agent": AGENT}, {} if method[0] == "P" else None)
            for method in ("PUT", "POST", "DELETE")
        ],
    ),
)

test_activities = requests(
    "Comm 2.5",
    answers(
        200,
        "An activity that nobody spoke of is answered all the same",
        Ask("GET", "activities", {"activityId": "https://x.example/unknown"}),
    ),
    answers(400, "activityId must be given", Ask("GET", "activities")),
    answers(
        400,
        "activityId is an IRI",
        *[Ask("GET", "activities", {"activityId": value}) for value in ("", "quiz", "no scheme")],
    ),
    answers(
        400,
        "No other parameter is known",
        Ask("GET", "activities", {"activityId": ACTIVITY, "x": "1"}),
        Ask("GET", "activities", {"activityid": ACTIVITY}),
    ),
    answers(
        405,
        "Activities can be read only",
        *[
            Ask(method, "activities", {"activityId": ACTIVITY}, {} if method[0] == "P" else None)
            for method in ("PUT", "POST", "DELETE")
        ],
    ),
)

test_about = requests(
    "Comm 2.8",
    answers(200, "About needs no credential", Ask("GET", "about", headers={"Authorization": None})),
    answers(
        200,
        "About needs no version, and no version is wrong for it",
        *[
            Ask("GET", "about", headers={"X-Experience-API-Version": text})
            for text in (None, "0.9", "3.0", "x")
        ],
    ),
    answers(
        405,
        "About can be read only",
        *[Ask(method, "about", body={}) for method in ("PUT", "POST", "DELETE")],
    ),
)


@requirement("Comm 2.4", "A Person has an array for each property, with what is known of the agent")
@pytest.mark.parametrize("agent", _IDENTIFIERS)
def test_person(lrs, agent):
    for name in ("Ana", "Ana Núñez", "Ana"):
        lrs.stores(actor=agent | {"name": name})
    found = lrs.do("GET", "agents", agent=agent).json()
    assert found["objectType"] == "Person"
    assert sorted(found.pop("name")) == ["Ana", "Ana Núñez"]
    assert found == {"objectType": "Person", **{key: [value] for key, value in agent.items()}}


@requirement(
    "Comm 2.4", "A Person of an agent that nobody spoke of has what the request says of it"
)
def test_person_unknown(lrs):
    found = lrs.do("GET", "agents", agent=AGENT | {"name": "Luis"}).json()
    assert found == {"objectType": "Person", "name": ["Luis"], "mbox": [AGENT["mbox"]]}


@requirement("Comm 2.5", "An activity comes with the definition that is known of it")
def test_activity(lrs):
    lrs.takes(FULL)
    found = lrs.do("GET", "activities", activityId=FULL["object"]["id"]).json()
    assert found == FULL["object"]


@requirement("Comm 2.5", "An activity that nobody spoke of comes with its id alone")
def test_activity_unknown(lrs):
    found = lrs.do("GET", "activities", activityId="https://x.example/unknown").json()
    assert found.pop("objectType", "Activity") == "Activity"
    assert found == {"id": "https://x.example/unknown"}


@requirement(
    "Data 4.3",
    "IRIs are compared character by character: an activity is never found under another spelling",
)
def test_activities_are_compared_as_they_are(lrs):
    lrs.stores(object={"id": "http://x.example/a/../b", "definition": {"name": {"es": "x"}}})
    for other in ("http://x.example/b", "http://X.example/a/../b", "http://x.example:80/a/../b"):
        assert "definition" not in lrs.do("GET", "activities", activityId=other).json()
    assert "definition" in lrs.do("GET", "activities", activityId="http://x.example/a/../b").json()


@requirement(
    "Comm 2.5", "What the activities of contexts and substatements are defined as is known too"
)
def test_activities_of_contexts(lrs):
    activity = {"id": "https://x.example/c", "definition": {"name": {"es": "Curso"}}}
    lrs.stores(context={"contextActivities": {"grouping": [activity]}})
    lrs.stores(
        object={
            "objectType": "SubStatement",
            **a_statement(
                object={"id": "https://x.example/s", "definition": {"name": {"es": "Sub"}}}
            ),
        }
    )
    assert (
        lrs.do("GET", "activities", activityId="https://x.example/c").json()["definition"]
        == activity["definition"]
    )
    assert lrs.do("GET", "activities", activityId="https://x.example/s").json()["definition"] == {
        "name": {"es": "Sub"}
    }


@requirement(
    "Comm 2.8",
    "About names the latest version of each that is spoken, and nothing but versions and extensions",
)
def test_about_versions(lrs):
    found = lrs.do("GET", "about").json()
    assert set(found) <= {"version", "extensions"}
    assert {"1.0.3", "2.0.0"} <= set(found["version"])
    for name in found.get("extensions", {}):
        assert ":" in name
