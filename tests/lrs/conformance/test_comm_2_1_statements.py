"""Communication 2.1: storing and finding statements; 2.0: 4.1.6.1."""

import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote

import pytest

from tests.lrs.conformance.examples import AGENT, FULL, GROUP, without
from tests.lrs.conformance.table import V2, Ask, answers, requests, requirement
from tests.lrs.conftest import a_statement, new_id, voiding

_ID = "6f1d6e1c-3b0a-4c8e-9d3f-0a1b2c3d4e5f"
_OTHERS = {
    "agent": AGENT,
    "verb": "http://x.example/v",
    "activity": "http://x.example/a",
    "registration": _ID,
    "related_activities": "true",
    "related_agents": "true",
    "since": "2026-01-01T00:00:00Z",
    "until": "2026-01-01T00:00:00Z",
    "limit": "1",
    "ascending": "true",
}

test_put = requests(
    "Comm 2.1.1",
    answers(
        204,
        "PUT stores one statement under the statementId",
        Ask("PUT", "statements", {"statementId": _ID}, a_statement()),
    ),
    answers(
        204,
        "The id within may be there when it is the same, whatever its letter case",
        *[
            Ask("PUT", "statements", {"statementId": _ID}, a_statement(id=one))
            for one in (_ID, _ID.upper())
        ],
    ),
    answers(
        400,
        "The id within is not another",
        Ask(
            "PUT",
            "statements",
            {"statementId": _ID},
            a_statement(id="7f1d6e1c-3b0a-4c8e-9d3f-0a1b2c3d4e5f"),
        ),
    ),
    answers(400, "PUT needs a statementId", Ask("PUT", "statements", {}, a_statement())),
    answers(
        400,
        "The statementId is a UUID",
        *[
            Ask("PUT", "statements", {"statementId": value}, a_statement())
            for value in ("", "x", _ID[:-1], _ID + "0", _ID.replace("-", ""))
        ],
    ),
    answers(
        400,
        "PUT has no other parameter",
        Ask("PUT", "statements", {"statementId": _ID, "x": "1"}, a_statement()),
        Ask("PUT", "statements", {"StatementId": _ID}, a_statement()),
    ),
    answers(
        400,
        "PUT takes no array and nothing that is no statement",
        *[
            Ask("PUT", "statements", {"statementId": _ID}, body)
            for body in ([a_statement()], [], {}, "x", 1)
        ],
    ),
)

test_post = requests(
    "Comm 2.1.2",
    answers(
        200,
        "POST takes one statement, or an array of them",
        Ask("POST", "statements", {}, a_statement()),
        Ask("POST", "statements", {}, [a_statement()] * 3),
    ),
    answers(200, "The array may be empty", Ask("POST", "statements", {}, [])),
    answers(
        400,
        "POST has no parameter",
        Ask("POST", "statements", {"statementId": _ID}, a_statement()),
        Ask("POST", "statements", {"x": "1"}, a_statement()),
    ),
    answers(
        400,
        "An array with one wrong statement is refused whole",
        Ask("POST", "statements", {}, [a_statement(), a_statement(verb=None)]),
    ),
    answers(
        400,
        "The same id twice in an array is refused",
        Ask("POST", "statements", {}, [a_statement(id=_ID), a_statement(id=_ID)]),
        Ask(
            "POST", "statements", {}, [a_statement(id=_ID), a_statement(id=_ID.upper(), result={})]
        ),
    ),
)

test_get = requests(
    "Comm 2.1.3",
    answers(
        404,
        "A statement that is not there is a 404",
        *[Ask("GET", "statements", {name: _ID}) for name in ("statementId", "voidedStatementId")],
    ),
    answers(
        400,
        "statementId and voidedStatementId do not go together",
        Ask("GET", "statements", {"statementId": _ID, "voidedStatementId": _ID}),
    ),
    answers(
        400,
        "Beside an id there is nothing but format and attachments",
        *[
            Ask("GET", "statements", {name: _ID, other: value})
            for name in ("statementId", "voidedStatementId")
            for other, value in _OTHERS.items()
        ],
    ),
    answers(
        404,
        "Beside an id format and attachments may be there",
        *[
            Ask("GET", "statements", {name: _ID, other: value})
            for name in ("statementId", "voidedStatementId")
            for other, value in (("format", "ids"), ("attachments", "false"))
        ],
    ),
    answers(
        400,
        "A parameter that is not known is refused",
        *[
            Ask("GET", "statements", {name: "1"})
            for name in ("foo", "statement", "actor", "offset", "page")
        ],
    ),
    answers(
        400,
        "The letter case of a parameter counts",
        *[
            Ask("GET", "statements", {name: value})
            for name, value in (
                ("StatementId", _ID),
                ("Limit", "1"),
                ("Agent", AGENT),
                ("related_Agents", "true"),
                ("FORMAT", "ids"),
            )
        ],
    ),
    answers(
        200,
        "No statement that matches is an empty list, not a 404",
        *[Ask("GET", "statements", {name: value}) for name, value in _OTHERS.items()],
    ),
    answers(
        400,
        "agent is an agent or an identified group, checked in full",
        *[
            Ask("GET", "statements", {"agent": value})
            for value in (
                "ana",
                "mailto:a@b.example",
                {},
                {"name": "Ana"},
                {"mbox": "ana"},
                [AGENT],
                {"objectType": "Group", "member": [AGENT]},
                {**AGENT, "openid": "https://x.example"},
                AGENT | {"x": 1},
                1,
            )
        ],
    ),
    answers(
        200,
        "agent may be an identified group",
        Ask("GET", "statements", {"agent": {"objectType": "Group", **AGENT}}),
    ),
    answers(
        400,
        "verb and activity are IRIs",
        *[
            Ask("GET", "statements", {name: value})
            for name in ("verb", "activity")
            for value in ("", "answered", "no scheme")
        ],
    ),
    answers(
        400,
        "registration is a UUID",
        *[Ask("GET", "statements", {"registration": value}) for value in ("", "1", _ID[:-1])],
    ),
    answers(
        400,
        "since and until are timestamps",
        *[
            Ask("GET", "statements", {name: value})
            for name in ("since", "until")
            for value in ("", "yesterday", "2026", "2026-02-30T00:00:00Z", "1773324300")
        ],
    ),
    answers(
        400,
        "limit is a whole number from 0 on",
        *[
            Ask("GET", "statements", {"limit": value})
            for value in ("-1", "1.5", "x", "", "1e3", "٣")
        ],
    ),
    answers(
        400,
        "related_activities, related_agents, ascending and attachments are true or false",
        *[
            Ask("GET", "statements", {name: value})
            for name in ("related_activities", "related_agents", "ascending", "attachments")
            for value in ("", "1", "yes", "True", "TRUE")
        ],
    ),
    answers(
        400,
        "format is exact, ids or canonical",
        *[Ask("GET", "statements", {"format": value}) for value in ("", "Exact", "full", "id")],
    ),
)


@requirement("Comm 2.1.1", "PUT answers 204 and no body; POST answers 200 and the ids, in order")
def test_answers_of_storing(lrs):
    response = lrs.put(_ID, a_statement())
    assert (response.status_code, response.content) == (204, b"")
    ids = [new_id(), new_id()]
    assert lrs.post([a_statement(id=one) for one in ids]).json() == ids


@requirement("Comm 2.1.2", "A refused request stores nothing of a batch")
def test_a_batch_is_whole(lrs):
    taken = lrs.stores()
    for wrong in (
        a_statement(verb=None),
        a_statement(id=taken, verb={"id": "http://x.example/other"}),
    ):
        assert lrs.post([a_statement(), wrong, a_statement()]).status_code in (400, 409)
    assert lrs.ids() == [taken]


@requirement(
    "Comm 2.1.3", "GET of one statement answers with it alone, of several with a StatementResult"
)
def test_shapes(lrs):
    one = lrs.stores()
    assert lrs.get(statementId=one).json()["id"] == one
    result = lrs.get().json()
    assert set(result) <= {"statements", "more"}
    assert [statement["id"] for statement in result["statements"]] == [one]


@requirement(
    "Comm 2.1.3",
    "agent finds actors and objects that are the agent, and groups of which it is a member",
)
def test_agent(lrs):
    found = {
        lrs.stores(actor=AGENT),
        lrs.stores(actor=AGENT | {"name": "Luis"}),
        lrs.stores(object={"objectType": "Agent", **AGENT}),
        lrs.stores(actor=GROUP),
        lrs.stores(object=GROUP),
    }
    others = [
        lrs.stores(),
        lrs.stores(context={"instructor": AGENT}),
        lrs.stores(context={"team": GROUP}),
    ]
    assert set(lrs.ids(agent=_json(AGENT))) == found
    assert others[0] not in lrs.ids(agent=_json(AGENT), related_agents="true")


@requirement("Comm 2.1.3", "agent is found by whichever identifier it has")
@pytest.mark.parametrize(
    "agent",
    [
        {"mbox_sha1sum": "cd9b00a5611f94eaa7b1661edab976068e364975"},
        {"openid": "https://id.example/ana"},
        {"account": {"homePage": "https://escuela.example", "name": "ana"}},
    ],
)
def test_identifiers(lrs, agent):
    one = lrs.stores(actor=agent)
    lrs.stores()
    assert lrs.ids(agent=_json(agent)) == [one]


@requirement(
    "Comm 2.1.3",
    "related_agents finds the agent wherever it stands: authority, instructor, team, substatement, members",
)
def test_related_agents(lrs):
    sub = {"objectType": "SubStatement", **a_statement(actor=AGENT)}
    found = {
        lrs.stores(actor=AGENT),
        lrs.stores(context={"instructor": AGENT}),
        lrs.stores(context={"team": GROUP}),
        lrs.stores(object=sub),
        lrs.stores(
            object={"objectType": "SubStatement", **a_statement(context={"instructor": AGENT})}
        ),
    }
    lrs.stores()
    assert set(lrs.ids(agent=_json(AGENT), related_agents="true")) == found
    assert len(lrs.ids(agent=_json(AGENT), related_agents="false")) == 1
    authority = lrs.get(limit=1).json()["statements"][0]["authority"]
    assert len(lrs.ids(agent=_json(authority), related_agents="true")) == 6
    assert lrs.ids(agent=_json(authority)) == []


@requirement(
    "2.0: 4.1.6.1",
    "In 2.0 related_agents finds the agents of contextAgents and contextGroups too",
    only=V2,
)
def test_context_agents(lrs):
    one = lrs.stores(context={"contextAgents": [{"objectType": "contextAgent", "agent": AGENT}]})
    two = lrs.stores(context={"contextGroups": [{"objectType": "contextGroup", "group": GROUP}]})
    assert set(lrs.ids(agent=_json(AGENT), related_agents="true")) == {one, two}
    assert lrs.ids(agent=_json(AGENT)) == []


@requirement(
    "Comm 2.1.3", "verb finds statements with the verb, activity those with the activity as object"
)
def test_verb_and_activity(lrs):
    one = lrs.stores(verb={"id": "http://x.example/v"}, object={"id": "http://x.example/a"})
    lrs.stores(context={"contextActivities": {"parent": {"id": "http://x.example/a"}}})
    assert lrs.ids(verb="http://x.example/v") == [one]
    assert lrs.ids(activity="http://x.example/a") == [one]
    assert lrs.ids(activity="http://x.example/a", verb="http://x.example/other") == []


@requirement(
    "Comm 2.1.3", "related_activities finds the activity in contexts and substatements too"
)
def test_related_activities(lrs):
    activity = {"id": "http://x.example/a"}
    sub = {"objectType": "SubStatement", **a_statement(object=activity)}
    places = ("parent", "grouping", "category", "other")
    found = {
        lrs.stores(object=activity),
        *[lrs.stores(context={"contextActivities": {place: activity}}) for place in places],
        lrs.stores(object=sub),
        lrs.stores(
            object={
                "objectType": "SubStatement",
                **a_statement(context={"contextActivities": {"parent": activity}}),
            }
        ),
    }
    lrs.stores()
    assert set(lrs.ids(activity=activity["id"], related_activities="true")) == found


@requirement("Comm 2.1.3", "registration finds statements with it, whatever its letter case")
def test_registration(lrs):
    one = lrs.stores(context={"registration": _ID})
    lrs.stores(context={"registration": new_id()})
    assert lrs.ids(registration=_ID) == lrs.ids(registration=_ID.upper()) == [one]


@requirement(
    "Comm 2.1.3", "since leaves out what was stored then, until does not; both are about stored"
)
def test_since_and_until(lrs):
    ids = []
    for _ in range(3):
        ids.append(lrs.stores(timestamp="2001-01-01T00:00:00Z"))
        time.sleep(0.005)
    moments = [lrs.stored(one)["stored"] for one in ids]
    assert lrs.ids(since=moments[1]) == [ids[2]]
    assert lrs.ids(until=moments[1]) == [ids[1], ids[0]]
    assert lrs.ids(since=moments[0], until=moments[1]) == [ids[1]]
    assert lrs.ids(since="2001-01-01T00:00:00Z", ascending="true") == ids


@requirement("Comm 2.1.3", "The last stored comes first; ascending turns that round")
def test_order(lrs):
    ids = [lrs.stores() for _ in range(3)]
    assert lrs.ids() == ids[::-1]
    assert lrs.ids(ascending="true") == ids
    assert lrs.ids(ascending="false") == ids[::-1]


@requirement(
    "Comm 2.1.3",
    "limit is the most that one answer has; more leads to the rest; 0 is the server's own limit",
)
def test_limit_and_more(lrs):
    ids = [lrs.stores() for _ in range(5)]
    first = lrs.get(limit=2, ascending="true").json()
    assert [one["id"] for one in first["statements"]] == ids[:2]
    second = lrs.request("GET", first["more"]).json()
    third = lrs.request("GET", second["more"]).json()
    assert [one["id"] for one in second["statements"] + third["statements"]] == ids[2:]
    assert third.get("more", "") == ""
    assert len(lrs.ids(limit=0)) == 5


@requirement(
    "Data 2.5", "more is a path with a query, without scheme and host, and keeps every parameter"
)
def test_more_keeps_parameters(lrs):
    for _ in range(3):
        lrs.stores(actor=AGENT)
        lrs.stores()
    first = lrs.get(agent=_json(AGENT), limit=1, format="ids", ascending="true").json()
    assert first["more"].startswith("/")
    second = lrs.request("GET", first["more"]).json()
    assert second["statements"][0]["actor"] == {"mbox": AGENT["mbox"]}
    assert "definition" not in second["statements"][0]["object"]
    assert len(second["statements"]) == 1


@requirement("Data 2.5", "more is not moved by what is stored in the meantime")
def test_more_is_stable(lrs):
    ids = [lrs.stores() for _ in range(4)]
    first = lrs.get(limit=2).json()
    lrs.stores()
    second = lrs.request("GET", first["more"]).json()
    assert [one["id"] for one in second["statements"]] == ids[1::-1]


@requirement(
    "Data 2.5", "more is usable for 24 hours at least; ours for as long as the store stands"
)
def test_more_lasts(lrs, monkeypatch):
    [lrs.stores() for _ in range(3)]
    more = lrs.get(limit=1).json()["more"]
    later = time.time() + 25 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    assert lrs.request("GET", more).status_code == 200


@requirement(
    "Comm 2.1.3", "Every answer says X-Experience-API-Consistent-Through, a recent time, errors too"
)
def test_consistent_through(lrs):
    one = lrs.stores()
    answers_ = [
        lrs.get(),
        lrs.get(statementId=one),
        lrs.get(statementId=new_id()),
        lrs.get(limit="x"),
        lrs.get(agent=_json(AGENT)),
        lrs.post({}),
    ]
    for response in answers_:
        moment = datetime.fromisoformat(response["X-Experience-API-Consistent-Through"])
        assert abs(datetime.now(UTC) - moment) < timedelta(minutes=1)


@requirement("Comm 2.1.3", "Last-Modified of one statement is when it was stored")
def test_last_modified(lrs):
    one = lrs.stores()
    modified = parsedate_to_datetime(lrs.get(statementId=one)["Last-Modified"])
    stored = datetime.fromisoformat(lrs.stored(one)["stored"])
    assert timedelta(0) <= stored - modified < timedelta(seconds=1)


@requirement("Comm 2.1.3", "format exact gives what was stored, whatever else is known by now")
def test_format_exact(lrs):
    lrs.takes(FULL)
    found = lrs.get(statementId=FULL["id"], format="exact").json()
    assert found["object"] == FULL["object"]
    assert found["actor"] == FULL["actor"]


@requirement(
    "Comm 2.1.3", "format ids leaves of agents, activities, verbs and groups what identifies them"
)
def test_format_ids(lrs):
    lrs.takes(FULL)
    found = lrs.get(statementId=FULL["id"], format="ids").json()
    assert found["actor"] == {"objectType": "Agent", "mbox": FULL["actor"]["mbox"]}
    assert found["verb"] == {"id": FULL["verb"]["id"]}
    assert found["object"] == {"id": FULL["object"]["id"]}
    assert found["context"]["team"] == {
        "objectType": "Group",
        "account": FULL["context"]["team"]["account"],
    }
    anonymous = lrs.stores(actor=GROUP | {"name": "x"})
    found = lrs.get(statementId=anonymous, format="ids").json()
    assert found["actor"] == GROUP


@requirement(
    "Comm 2.1.3",
    "format canonical gives one language of each map, by Accept-Language, each map by itself",
)
def test_format_canonical(lrs):
    activity = "https://x.example/languages"
    definition = {
        "name": {"es": "Sumas", "en": "Sums"},
        "description": {"es": "Con llevada", "fr": "Avec retenue"},
    }
    one = lrs.stores(
        object={"id": activity, "definition": definition},
        verb={"id": "http://x.example/v", "display": {"en": "did", "es": "hizo"}},
    )
    for wanted, name, description, display in (
        ("es", {"es": "Sumas"}, {"es": "Con llevada"}, {"es": "hizo"}),
        ("en", {"en": "Sums"}, None, {"en": "did"}),
        ("fr;q=0.5, en-GB;q=0.9", {"en": "Sums"}, {"fr": "Avec retenue"}, {"en": "did"}),
    ):
        response = lrs.get(
            statementId=one, format="canonical", extra={"headers": {"Accept-Language": wanted}}
        )
        found = response.json()
        assert found["object"]["definition"]["name"] == name
        assert len(found["object"]["definition"]["description"]) == 1
        assert description in (None, found["object"]["definition"]["description"])
        assert found["verb"]["display"] == display


@requirement(
    "Comm 2.1.3",
    "A statement that refers to one that matches is found too, through any number of references",
)
def test_references(lrs):
    matching = lrs.stores(actor=AGENT, verb={"id": "http://x.example/v"})
    other = lrs.stores()
    first = lrs.stores(object={"objectType": "StatementRef", "id": matching})
    second = lrs.stores(object={"objectType": "StatementRef", "id": first})
    lrs.stores(object={"objectType": "StatementRef", "id": other})
    lrs.stores(context={"statement": {"objectType": "StatementRef", "id": matching}})
    assert lrs.ids(agent=_json(AGENT)) == [second, first, matching]
    assert lrs.ids(verb="http://x.example/v", ascending="true") == [matching, first, second]


@requirement(
    "Comm 2.1.3",
    "The times of a request are about the statement that refers, not the one referred to",
)
def test_references_and_times(lrs):
    matching = lrs.stores(actor=AGENT)
    time.sleep(0.005)
    moment = lrs.stored(matching)["stored"]
    first = lrs.stores(object={"objectType": "StatementRef", "id": matching})
    assert lrs.ids(agent=_json(AGENT), since=moment) == [first]
    assert lrs.ids(agent=_json(AGENT), until=moment) == [matching]


@requirement("Comm 2.1.3", "A reference finds its statement whichever of the two arrived first")
def test_references_in_either_order(lrs):
    target = new_id()
    first = lrs.stores(object={"objectType": "StatementRef", "id": target})
    lrs.stores(id=target, actor=AGENT)
    assert lrs.ids(agent=_json(AGENT)) == [target, first]


@requirement(
    "Comm 2.1.4",
    "A statement that refers to a voided one is found as if it were there, the voiding one too",
)
def test_references_to_voided(lrs):
    target = lrs.stores(actor=AGENT)
    first = lrs.stores(object={"objectType": "StatementRef", "id": target})
    void = voiding(target, id=new_id(), actor={"mbox": "mailto:admin@x.example"})
    lrs.post(void)
    assert lrs.ids(agent=_json(AGENT)) == [void["id"], first]


@requirement("Comm 2.1.1", "A statement of a parameter given twice is refused")
def test_parameters_twice(lrs):
    one = lrs.stores()
    assert lrs.do("GET", f"statements?statementId={one}&statementId={one}").status_code == 400
    assert (
        lrs.do("PUT", f"statements?statementId={_ID}&statementId={_ID}", without("/id")).status_code
        == 400
    )


@requirement("Comm 2.1.3", "A parameter may be percent-encoded in any way that a URL allows")
def test_encodings(lrs):
    one = lrs.stores(verb={"id": "https://x.example/ñ?a=1&b=2#c"})
    for safe in ("", "/:"):
        path = f"statements?verb={quote('https://x.example/ñ?a=1&b=2#c', safe=safe)}"
        assert [found["id"] for found in lrs.do("GET", path).json()["statements"]] == [one]


def _json(value):
    return json.dumps(value)


@requirement(
    "Data 2.4.2.2", "Anonymous groups are never the same, even with the same members and name"
)
def test_anonymous_groups_are_never_equal(lrs):
    ids = [lrs.stores(actor=GROUP | {"name": "2.º B"}) for _ in range(2)]
    assert lrs.get(agent=_json(GROUP)).status_code == 400
    assert lrs.ids(agent=_json(GROUP["member"][1])) == ids[::-1]
