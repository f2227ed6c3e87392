"""TinCanJS and @xapi/xapi do every call that they offer; afterwards the server holds what they did."""

import hashlib
import uuid
from typing import Any

import pytest

from tests.clients.asking import Asking


def a_place(client: str) -> dict[str, str]:
    """A course and a learner that only this client speaks of."""
    return {
        "course": f"https://school.example/{client}/{uuid.uuid4()}",
        "learner": f"mailto:{client}-{uuid.uuid4().hex[:8]}@school.example",
        "registration": str(uuid.uuid4()),
    }


@pytest.fixture(scope="module")
def tincan(client) -> tuple[dict[str, str], Any]:
    """What TinCanJS was told, and what it saw."""
    place = a_place("tincan")
    return place, client("tincan-calls.mjs", place)


def test_tincanjs_offers_no_call_that_was_not_made(tincan):
    assert tincan[1]["missing"] == []


def test_tincanjs_saves_finds_voids_and_pages_statements(lrs, tincan):
    place, seen = tincan
    holds = Asking(lrs)
    assert "1.0.2" in seen["versions"]
    assert seen["pages"] == [seen["statements"][:2], seen["statements"][2:]]
    assert (seen["single"]["sent"], seen["single"]["voiding"]) == (None, None)
    assert seen["own"] == seen["voided"] == seen["single"]["id"]
    assert seen["hidden"] == 404
    voided = holds.get("statements", voidedStatementId=seen["single"]["id"])
    assert voided["object"]["id"] == place["course"]
    kept = holds.statements(activity=place["course"], ascending="true")
    assert [each["id"] for each in kept[:4]] == seen["statements"]
    later = kept[4:]  # the facade's own, and the one that voids: its target is about the course
    assert [each["verb"]["id"].rpartition("/")[2] for each in later] == ["experienced", "voided"]
    assert later[0]["context"]["registration"] == place["registration"]
    assert seen["mine"] == 1


def test_tincanjs_sends_an_attachment_and_gets_it_back(lrs, tincan):
    _, seen = tincan
    text = "El camello,\r\n--no es el límite--"
    assert seen["attachment"] == text
    assert seen["attachments"] == [text]
    (attachment,) = Asking(lrs).statement(seen["statements"][0])["attachments"]
    assert attachment["sha2"] == hashlib.sha256(text.encode()).hexdigest()


def test_tincanjs_keeps_merges_and_drops_state_under_its_own_tag(lrs, tincan):
    place, seen = tincan
    where = {
        "agent": {"mbox": place["learner"]},
        "activityId": place["course"],
        "registration": place["registration"],
    }
    body = b'{"a":1,"b":{"c":2}}'
    assert seen["state"] == {
        "contents": {"a": 1, "b": {"c": 2}},
        "etag": f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"',
        "type": "application/json",
    }
    assert seen["conflict"] == 412
    assert seen["merged"] == {"a": 1, "b": {"d": 3}}
    assert seen["bookmark"] == "page=3"
    assert seen["stateIds"] == ["bookmark", "data"]
    assert seen["unknownState"] is None
    assert seen["facadeState"] == "1"
    holds = Asking(lrs)
    assert holds.get("activities/state", **where) == ["data", "kept"]
    assert holds.get("activities/state", **where, stateId="data") == {"a": 1, "b": {"d": 3}}
    kept = holds.send("GET", "activities/state", **where, stateId="kept")
    assert (kept.text, kept.headers["Content-Type"]) == (
        "until the end", "application/octet-stream"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "path"),
    [("activityProfile", "activities/profile"), ("agentProfile", "agents/profile")],
)
def test_tincanjs_keeps_profiles_and_overwrites_none_unseen(lrs, tincan, name, path):
    place, seen = tincan
    assert seen[name] == {"again": 412, "ids": ["p", "gone"], "contents": {"a": 3}}
    whose = (
        {"activityId": place["course"]}
        if name == "activityProfile"
        else {"agent": {"mbox": place["learner"]}}
    )
    assert Asking(lrs).get(path, **whose) == ["p"]
    assert Asking(lrs).get(path, **whose, profileId="p") == {"a": 3}
    assert seen["facadeActivityProfile"] == "2"
    assert seen["facadeAgentProfile"] == "3"


def test_tincanjs_learns_what_an_activity_is(lrs, tincan):
    place, seen = tincan
    assert seen["activity"]["definition"] == {"name": {"es": "Curso"}}
    known = Asking(lrs).get("activities", activityId=place["course"])
    assert known["definition"] == {"name": {"es": "Curso"}}


@pytest.fixture(scope="module", params=["1.0.3", "2.0.0"])
def xapi(client, request) -> tuple[dict[str, str], Any]:
    """What @xapi/xapi was told, and what it saw, in either version."""
    place = a_place("xapi") | {"version": request.param}
    return place, client("xapi-calls.mjs", place)


def test_xapi_js_offers_no_call_that_was_not_made(xapi):
    assert xapi[1]["missing"] == []


def test_xapi_js_sends_finds_voids_and_pages_statements(lrs, xapi):
    place, seen = xapi
    assert {"1.0.3", "2.0.0"} <= set(seen["versions"])
    assert seen["pages"] == [seen["ids"][:2], seen["ids"][2:4]]
    assert seen["voided"] == seen["ids"][1]
    assert seen["hidden"] == [404, 404, 404, 200]
    holds = Asking(lrs, place["version"])
    kept = holds.statements(activity=place["course"], ascending="true")
    assert [each["id"] for each in kept[:2]] == [seen["ids"][0], seen["ids"][4]]
    assert {each["object"]["id"] for each in kept[2:]} == set(seen["ids"][1:4])  # what voids them
    assert {each["version"] for each in kept} == {
        "1.0.0" if place["version"][0] == "1" else "2.0.0"
    }


def test_xapi_js_sends_an_attachment_of_any_bytes_and_gets_it_back(lrs, xapi):
    place, seen = xapi
    assert seen["multipart"].startswith("multipart/mixed")
    assert seen["statement"] == seen["ids"][0]
    assert seen["contentIsThere"]
    assert seen["multipartList"] == 5
    content = bytes(each % 256 for each in range(300))
    answer = Asking(lrs, place["version"]).send(
        "GET", "statements", statementId=seen["ids"][0], attachments="true"
    )
    assert content in answer.content


def test_xapi_js_asks_who_an_agent_and_what_an_activity_is(xapi):
    place, seen = xapi
    assert seen["person"] == {
        "objectType": "Person", "name": ["Mateo"], "mbox": [place["learner"]]
    }  # fmt: skip
    assert seen["activity"] == {
        "objectType": "Activity", "id": place["course"], "definition": {"name": {"es": "Curso"}}
    }  # fmt: skip


def test_xapi_js_creates_sets_lists_and_deletes_state(lrs, xapi):
    place, seen = xapi
    assert seen["state"] == {"a": 1, "b": 2}
    assert seen["staleState"] == 412
    assert seen["text"] == "plain text"
    assert seen["states"] == ["s", "t"]
    assert seen["deletedState"] == 404
    assert seen["clearedStates"] == []
    kept = Asking(lrs, place["version"]).get(
        "activities/state",
        agent={"mbox": place["learner"]},
        activityId=place["course"],
        registration=place["registration"],
        stateId="s",
    )
    assert kept == {"c": 3}


@pytest.mark.parametrize("name", ["activityProfile", "agentProfile"])
def test_xapi_js_creates_sets_lists_and_deletes_profiles(xapi, name):
    assert xapi[1][name] == {
        "kept": {"a": 2}, "ids": ["q"], "stale": 412, "taken": 412, "gone": 404
    }  # fmt: skip
