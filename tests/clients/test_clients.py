"""Real xAPI clients post the demo's shapes to a running server and read the same statements back."""

import uuid
from collections.abc import Mapping
from typing import Any

import pytest
import requests

from keiko.demo import school
from keiko.demo.term import statements, term

SET_BY_THE_LRS = {"id", "stored", "authority", "version", "timestamp"}


def of_client(name: str, count: int) -> list[dict[str, Any]]:
    found = [s for request in term() if request.client == name for s in request.statements]
    return found[:count]


def without_ids(sent: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in s.items() if key != "id"} for s in sent]


def sent_part(read: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """What was read, less what only the LRS says."""
    return {key: value for key, value in read.items() if key in sent or key not in SET_BY_THE_LRS}


def as_stored(value: Any) -> Any:
    """Activities say what they are and actors too, in whatever form a client left it out."""
    if isinstance(value, dict):
        kept = {key: as_stored(each) for key, each in value.items() if key != "objectType"}
        return kept | ({"objectType": value["objectType"]} if _not_default(value) else {})
    return [as_stored(each) for each in value] if isinstance(value, list) else value


def _not_default(value: Mapping[str, Any]) -> bool:
    return value.get("objectType", "Agent") not in ("Agent", "Activity")


@pytest.mark.parametrize("shape", ["h5p", "cmi5", "storyline", "tutoring"])
def test_tincanjs_saves_statements_and_reads_them_back_equal(client, shape):
    sent = of_client(shape, 5)
    answer = client("tincan.mjs", sent)
    assert [read["id"] for read in answer["read"]] == [s["id"] for s in sent]
    for read, statement in zip(answer["read"], sent, strict=True):
        assert as_stored(sent_part(read, statement)) == as_stored(statement)
    assert len(answer["page"]) == 1
    assert answer["next"]


@pytest.mark.parametrize("shape", ["moodle", "h5p", "ai-tutor"])
def test_xapi_js_sends_reads_and_voids(client, shape):
    sent = [{**s, "id": str(uuid.uuid4())} for s in of_client(shape, 4)]
    answer = client("xapi.mjs", sent)
    assert answer["ids"] == [s["id"] for s in sent]
    for read, statement in zip(answer["read"], sent, strict=True):
        assert sent_part(read, statement) == statement
    assert answer["voided"]["id"] == sent[-1]["id"]
    assert answer["gone"] == 404
    assert "1.0.3" in answer["versions"]


@pytest.mark.parametrize("shape", ["moodle", "moodle-legacy"])
def test_moodle_posts_an_array_without_ids_and_finds_what_it_sent(lrs, shape):
    sent = without_ids(of_client(shape, 30))
    auth, version = (lrs.key, lrs.secret), {"X-Experience-API-Version": "1.0.3"}
    url = f"{lrs.endpoint}/statements"
    answer = requests.post(url, json=sent, auth=auth, headers=version, timeout=20)
    assert answer.status_code == 200  # the plugin takes nothing else for success
    ids = answer.json()
    assert len(ids) == len(sent)
    assert all(str(uuid.UUID(each)) == each for each in ids)
    for each, statement in zip(ids, sent, strict=True):
        got = requests.get(
            url, params={"statementId": each}, auth=auth, headers=version, timeout=20
        ).json()
        assert sent_part(got, statement) == statement


def test_the_term_sent_twice_is_stored_once(lrs):
    auth, version = (lrs.key, lrs.secret), {"X-Experience-API-Version": "1.0.3"}
    url = f"{lrs.endpoint}/statements"
    sent = [s for s in statements(term()) if "account" in s["actor"]]
    for _ in range(2):
        assert requests.post(url, json=sent, auth=auth, headers=version, timeout=60).ok
    agent = f'{{"account":{{"homePage":"{school.TUTORING_URL}","name":"{school.MATEO.username}"}}}}'
    found = requests.get(url, params={"agent": agent}, auth=auth, headers=version, timeout=20)
    ids = [s["id"] for s in found.json()["statements"]]
    assert sorted(ids) == sorted(
        s["id"] for s in sent
        if s["actor"]["account"] == {"homePage": school.TUTORING_URL, "name": school.MATEO.username}
    )  # fmt: skip
