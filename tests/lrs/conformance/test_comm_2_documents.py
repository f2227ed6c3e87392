"""Communication 2.2, 2.3, 2.6, 2.7: state and profile documents; 2.0: 4.1.6.2, 4.1.6.5, 4.1.6.6."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from tests.lrs.conformance.examples import AGENT, GROUP
from tests.lrs.conformance.table import V1, V2, Ask, answers, requests, requirement

ACTIVITY = "https://escuela.example/course/1"
REGISTRATION = "6f1d6e1c-3b0a-4c8e-9d3f-0a1b2c3d4e5f"
NEW = {"If-None-Match": "*"}
STATE, ACTIVITIES, AGENTS = "activities/state", "activities/profile", "agents/profile"
CONTEXTS = {
    STATE: {"activityId": ACTIVITY, "agent": AGENT},
    ACTIVITIES: {"activityId": ACTIVITY},
    AGENTS: {"agent": AGENT},
}
IDS = {STATE: "stateId", ACTIVITIES: "profileId", AGENTS: "profileId"}
ONE = {path: context | {IDS[path]: "one"} for path, context in CONTEXTS.items()}
SECTIONS = {STATE: "Comm 2.3", ACTIVITIES: "Comm 2.7", AGENTS: "Comm 2.6"}

every_resource = pytest.mark.parametrize("path", CONTEXTS)


def put(lrs, path, body, headers=NEW, /, **changes):
    response = lrs.do("PUT", path, body, headers=headers, **ONE[path] | changes)
    assert response.status_code == 204, response.content


def get(lrs, path, **changes):
    return lrs.do("GET", path, **ONE[path] | changes)


def names(lrs, path, **changes):
    return lrs.do("GET", path, **CONTEXTS[path] | changes).json()


def lacking(path, name):
    return {key: value for key, value in ONE[path].items() if key != name}


def refusals(path):
    """What the parameters of a resource must be: the rows of its table."""
    writes = ("PUT", "POST", "DELETE")
    rows = []
    for name in ONE[path]:
        needed = ("GET", *writes) if name in CONTEXTS[path] else writes
        if path == STATE and name == "stateId":
            needed = ("PUT", "POST")  # GET lists, DELETE deletes all
        rows.append(
            answers(
                400,
                f"{', '.join(needed)} need {name}",
                *[
                    Ask(method, path, lacking(path, name), {} if method[0] == "P" else None, NEW)
                    for method in needed
                ],
            )
        )
    bad = {
        "activityId": ("", "course", "no scheme"),
        "agent": (
            "ana",
            {},
            {"mbox": "ana"},
            {"name": "Ana"},
            [AGENT],
            {"objectType": "Group", "member": [AGENT]},
            AGENT | {"openid": "https://x.example"},
        ),
    }
    if path == STATE:
        bad["registration"] = ("", "1", REGISTRATION[:-1])
    words = {"activityId": "an IRI", "agent": "an agent, checked in full", "registration": "a UUID"}
    rows += [
        answers(
            400,
            f"{name} is {words[name]}",
            *[
                Ask(method, path, ONE[path] | {name: value}, {} if method[0] == "P" else None)
                for method in ("GET", *writes)
                for value in values
            ],
        )
        for name, values in bad.items()
        if name in ONE[path] or name == "registration"
    ]
    rows += [
        answers(
            400,
            "since is a timestamp",
            *[
                Ask("GET", path, CONTEXTS[path] | {"since": text})
                for text in ("", "yesterday", "2026-02-30T00:00:00Z")
            ],
        ),
        answers(
            200,
            "since may be given where ids are listed",
            Ask("GET", path, CONTEXTS[path] | {"since": "2026-01-01T00:00:00Z"}),
        ),
        answers(
            400,
            "No other parameter is known, and their letter case counts",
            *[
                Ask(method, path, ONE[path] | {name: "x"}, {} if method[0] == "P" else None, NEW)
                for method in ("GET", *writes)
                for name in ("foo", "StateId", "ProfileId", "ActivityId")
            ],
        ),
        answers(404, "GET of a document that is not there is a 404", Ask("GET", path, ONE[path])),
        answers(
            200,
            "GET without the id of a document lists ids, and no id is an empty list",
            Ask("GET", path, CONTEXTS[path]),
        ),
        answers(
            204,
            "DELETE of a document that is not there changes nothing and is a 204",
            Ask("DELETE", path, ONE[path]),
        ),
        answers(
            204,
            "PUT and POST store a document about an agent or activity that nobody spoke of",
            *[Ask(method, path, ONE[path], {"a": 1}, NEW) for method in ("PUT", "POST")],
        ),
    ]
    return rows


test_state = requests(SECTIONS[STATE], *refusals(STATE))
test_activity_profile = requests(SECTIONS[ACTIVITIES], *refusals(ACTIVITIES))
test_agent_profile = requests(SECTIONS[AGENTS], *refusals(AGENTS))
test_groups = requests(
    "Comm 2.6",
    answers(
        400,
        "In 1.0.3 agent is no group",
        *[
            Ask("GET", path, ONE[path] | {"agent": {"objectType": "Group", **AGENT}})
            for path in (STATE, AGENTS)
        ],
        only=V1,
    ),
    answers(
        404,
        "In 2.0 agent may be an identified group",
        *[
            Ask("GET", path, ONE[path] | {"agent": {"objectType": "Group", **AGENT}})
            for path in (STATE, AGENTS)
        ],
        only=V2,
    ),
    answers(
        400,
        "agent is no anonymous group",
        *[Ask("GET", path, ONE[path] | {"agent": GROUP}) for path in (STATE, AGENTS)],
    ),
)


@requirement(
    "Comm 2.2", "A document is any bytes of any content type, and comes back as it was sent"
)
@every_resource
def test_any_bytes(lrs, path):
    for number, (body, kind) in enumerate(
        {
            b"\x00\xff\xfe": "application/octet-stream",
            "ñandú".encode(): "text/plain; charset=utf-8",
            b"<p>": "text/html",
            b'{"a": 1.0}': "application/json",
        }.items()
    ):
        put(lrs, path, body, {**NEW, "Content-Type": kind}, **{IDS[path]: str(number)})
        found = get(lrs, path, **{IDS[path]: str(number)})
        assert (found.content, found["Content-Type"]) == (body, kind)


@requirement("Comm 2.2", "PUT replaces a document whole")
@every_resource
def test_put_replaces(lrs, path):
    put(lrs, path, {"a": 1, "b": 2})
    put(lrs, path, {"c": 3}, {"If-Match": get(lrs, path)["ETag"]})
    assert get(lrs, path).json() == {"c": 3}


@requirement("Comm 2.2", "POST merges the top level of two JSON objects, and no deeper")
@every_resource
def test_merge(lrs, path):
    put(lrs, path, {"a": {"x": 1}, "b": 2})
    assert lrs.do("POST", path, {"a": {"y": 2}, "c": [3]}, **ONE[path]).status_code == 204
    assert get(lrs, path).json() == {"a": {"y": 2}, "b": 2, "c": [3]}


@requirement("Comm 2.2", "POST where there is no document stores one")
@every_resource
def test_post_stores(lrs, path):
    assert lrs.do("POST", path, {"a": 1}, **ONE[path]).status_code == 204
    assert get(lrs, path).json() == {"a": 1}


@requirement("Comm 2.2", "POST of what is no JSON object, or onto it, is a 400 and changes nothing")
@every_resource
def test_no_merge(lrs, path):
    kinds = {
        b"[1]": "application/json",
        b'"x"': "application/json",
        b"{": "application/json",
        b'{"a":1}': "text/plain",
    }
    put(lrs, path, {"a": 0})
    for body, kind in kinds.items():
        response = lrs.do("POST", path, body, headers={"Content-Type": kind}, **ONE[path])
        assert response.status_code == 400, (body, kind)
        lrs.explains(response)
    assert get(lrs, path).json() == {"a": 0}
    for name, (body, kind) in enumerate(
        {b"[1]": "application/json", b'{"a":1}': "text/plain"}.items()
    ):
        put(lrs, path, body, {**NEW, "Content-Type": kind}, **{IDS[path]: str(name)})
        response = lrs.do("POST", path, {"b": 1}, **ONE[path] | {IDS[path]: str(name)})
        assert response.status_code == 400, (body, kind)
        assert get(lrs, path, **{IDS[path]: str(name)}).content == body


@requirement("Comm 2.2", "A document that says application/json is JSON")
@every_resource
def test_json_is_json(lrs, path):
    for body in (b"{", b" ", b"{'a':1}", b'{"a":"\xff"}'):
        response = lrs.do("PUT", path, body, headers=NEW, **ONE[path])
        assert response.status_code == 400
        lrs.explains(response)
    assert get(lrs, path).status_code == 404


@requirement(
    "Comm 2.2",
    "Last-Modified says when the document was changed, and of a list when the last of it was",
)
@every_resource
def test_last_modified(lrs, path):
    put(lrs, path, {"a": 1})
    for response in (get(lrs, path), lrs.do("GET", path, **CONTEXTS[path])):
        age = datetime.now(UTC) - parsedate_to_datetime(response["Last-Modified"])
        assert timedelta(0) <= age < timedelta(minutes=1)


@requirement("Comm 2.2", "Documents of other ids, agents, activities are others")
@every_resource
def test_places(lrs, path):
    put(lrs, path, {"a": 1})
    others = {
        "activityId": "https://escuela.example/course/2",
        "agent": {"mbox": "mailto:eva@x.example"},
        IDS[path]: "two",
    }
    for name in ONE[path]:
        assert get(lrs, path, **{name: others[name]}).status_code == 404
        put(lrs, path, {"b": 2}, NEW, **{name: others[name]})
    assert get(lrs, path).json() == {"a": 1}


@requirement(
    "Comm 2.2", "An agent is the same agent whatever its name and whether it says its objectType"
)
@pytest.mark.parametrize("path", [STATE, AGENTS])
def test_agents_by_identifier(lrs, path):
    put(lrs, path, {"a": 1})
    for agent in (AGENT | {"name": "Luis"}, AGENT | {"objectType": "Agent"}):
        assert get(lrs, path, agent=agent).json() == {"a": 1}


@requirement("Comm 2.2", "DELETE removes the document and no other")
@every_resource
def test_delete(lrs, path):
    put(lrs, path, {"a": 1})
    put(lrs, path, {"a": 2}, NEW, **{IDS[path]: "two"})
    response = lrs.do("DELETE", path, **ONE[path])
    assert (response.status_code, response.content) == (204, b"")
    assert get(lrs, path).status_code == 404
    assert names(lrs, path) == ["two"]


@requirement(
    "Comm 2.2",
    "The ids are listed as a JSON array; since leaves out what was changed before or then",
)
@every_resource
def test_lists(lrs, path):
    put(lrs, path, {"a": 1})
    time.sleep(0.005)
    middle = datetime.now(UTC).isoformat()
    time.sleep(0.005)
    put(lrs, path, {"a": 2}, NEW, **{IDS[path]: "two"})
    assert set(names(lrs, path)) == {"one", "two"}
    assert names(lrs, path, since=middle) == ["two"]
    lrs.do("POST", path, {"b": 1}, **ONE[path])
    assert set(names(lrs, path, since=middle)) == {"one", "two"}


@requirement(
    "Comm 2.3", "State with a registration is apart from state without and from that of another"
)
def test_registrations(lrs):
    put(lrs, STATE, {"none": 1})
    put(lrs, STATE, {"first": 1}, NEW, registration=REGISTRATION)
    put(lrs, STATE, {"second": 1}, NEW, registration=REGISTRATION.replace("6", "7"))
    assert get(lrs, STATE).json() == {"none": 1}
    assert get(lrs, STATE, registration=REGISTRATION).json() == {"first": 1}
    assert get(lrs, STATE, registration=REGISTRATION.upper()).json() == {"first": 1}


@requirement("Comm 2.3", "A list of state with a registration is of that registration")
def test_lists_of_registrations(lrs):
    put(lrs, STATE, {}, NEW, stateId="none")
    put(lrs, STATE, {}, NEW, stateId="first", registration=REGISTRATION)
    assert names(lrs, STATE, registration=REGISTRATION) == ["first"]
    assert set(names(lrs, STATE)) == {"none", "first"}


@requirement(
    "Comm 2.3",
    "DELETE of state without a stateId deletes all of the agent in the activity, or of one registration",
)
def test_delete_many(lrs):
    other = {"mbox": "mailto:eva@x.example"}
    for name in ("one", "two"):
        put(lrs, STATE, {}, NEW, stateId=name)
        put(lrs, STATE, {}, NEW, stateId=name, registration=REGISTRATION)
        put(lrs, STATE, {}, NEW, stateId=name, agent=other)
    assert lrs.do("DELETE", STATE, **CONTEXTS[STATE], registration=REGISTRATION).status_code == 204
    assert names(lrs, STATE, registration=REGISTRATION) == []
    assert set(names(lrs, STATE)) == {"one", "two"}
    assert lrs.do("DELETE", STATE, **CONTEXTS[STATE]).status_code == 204
    assert names(lrs, STATE) == []
    assert set(names(lrs, STATE, agent=other)) == {"one", "two"}
