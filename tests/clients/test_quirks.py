"""What real systems send that is odd: taken where xAPI allows it, refused with a reason where it does not."""

import copy
import json
import uuid
from typing import Any

import pytest

from keiko.demo.term import term
from tests.clients.asking import Asking
from tests.clients.lms import JSON


def posted(holds: Asking, body: Any) -> Any:
    return holds.send("POST", "statements", body=json.dumps(body), headers=JSON)


def of_h5p() -> dict[str, Any]:
    """A statement of an H5P quiz, whose learner and activity nobody else speaks of."""
    found = copy.deepcopy(next(r for r in term() if r.client == "h5p").statements[0])
    del found["id"]
    found["actor"] = {"objectType": "Agent", "name": "Ana", "mbox": a_mailbox()}
    found["object"]["id"] = f"https://h5p.example/{uuid.uuid4()}"
    return found


def a_mailbox() -> str:
    return f"mailto:{uuid.uuid4().hex}@school.example"


def test_h5p_for_a_visitor_without_an_address_is_told_which_property_is_wrong(lrs):
    holds, statement = Asking(lrs), of_h5p()
    statement["actor"] = {"objectType": "Agent", "name": "undefined", "mbox": "mailto:undefined"}
    answer = posted(holds, statement)
    assert answer.status_code == 400
    assert answer.json()["error"]["path"] == "/actor/mbox"
    assert holds.statements(activity=statement["object"]["id"]) == []


def test_a_preview_of_h5p_has_no_object_id_and_is_refused_by_that_name(lrs):
    holds, statement = Asking(lrs), of_h5p()
    del statement["object"]["id"]
    answer = posted(holds, statement)
    assert answer.status_code == 400
    assert answer.json()["error"]["path"] == "/object"
    assert "id" in answer.json()["error"]["message"]
    assert holds.statements(agent={"mbox": statement["actor"]["mbox"]}) == []


def test_one_bad_statement_in_moodles_batch_is_named_by_its_place_and_none_is_stored(lrs):
    holds = Asking(lrs)
    batch = [of_h5p() for _ in range(3)]
    batch[1]["actor"]["mbox"] = "mailto:undefined"
    answer = posted(holds, batch)
    assert answer.status_code == 400  # the plugin keeps what it says in its table of failures
    assert answer.json()["error"]["path"] == "/1/actor/mbox"
    for statement in batch:
        assert holds.statements(activity=statement["object"]["id"]) == []


def of_open_edx(event: str) -> dict[str, Any]:
    """As event-routing-backends makes it: an id from the event's own, microseconds, ids with + and @."""
    lms = "https://courses.example"
    course = f"{lms}/course/course-v1:edX+DemoX+Demo_Course"
    block = f"{lms}/xblock/block-v1:edX+DemoX+Demo_Course+type@problem+block@{event}"
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, event)),
        "version": "1.0.3",
        "actor": {
            "objectType": "Agent",
            "account": {"homePage": lms, "name": "32e08e30-f8ae-4ce2-94a8-c2bfe38a70cb"},
        },
        "verb": {"id": "https://w3id.org/xapi/acrossx/verbs/evaluated", "display": {"en": "evaluated"}},
        "object": {
            "id": block,
            "objectType": "Activity",
            "definition": {
                "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
                "interactionType": "choice",
                "description": {"en-US": "Add the question text"},
            },
        },
        "result": {"response": "[]", "score": {"min": 0, "max": 1, "raw": 0, "scaled": 0}, "success": False},
        "timestamp": "2026-03-12T14:05:00.123456+00:00",
        "context": {
            "contextActivities": {
                "parent": [
                    {
                        "id": course,
                        "objectType": "Activity",
                        "definition": {
                            "name": {"en-US": "Demonstration Course"},
                            "type": "http://adlnet.gov/expapi/activities/course",
                        },
                    }
                ]
            },
            "extensions": {
                "https://w3id.org/xapi/openedx/extension/transformer-version": "event-routing-backends@9.3.0"
            },
        },
    }  # fmt: skip


def test_open_edx_sends_again_under_the_same_id_and_is_not_told_of_a_conflict(lrs):
    holds, event = Asking(lrs), uuid.uuid4().hex
    first, again = of_open_edx(event), of_open_edx(event)
    for statement in (first, again):
        answer = posted(holds, statement)
        assert answer.status_code == 200
        assert answer.json() == [first["id"]]
    batch = [of_open_edx(event), of_open_edx(uuid.uuid4().hex)]
    assert posted(holds, batch).status_code == 200
    assert len(holds.statements(activity=first["object"]["id"])) == 1


def test_open_edx_finds_its_microseconds_and_its_ids_as_they_were(lrs):
    holds, statement = Asking(lrs), of_open_edx(uuid.uuid4().hex)
    assert posted(holds, statement).status_code == 200
    kept = holds.statement(statement["id"])
    assert kept["timestamp"] == "2026-03-12T14:05:00.123456+00:00"
    assert kept["version"] == "1.0.3"
    assert kept["object"] == statement["object"]
    (found,) = holds.statements(activity=statement["object"]["id"])
    assert found["id"] == statement["id"]
    known = holds.get("activities", activityId=statement["object"]["id"])
    assert known["definition"] == statement["object"]["definition"]


@pytest.mark.parametrize("version", ["1.0", "1.0.0", "1.0.1", "1.0.2", "1.0.3", "1.0.9"])
def test_every_patch_of_xapi_1_0_is_spoken_with(lrs, version):
    holds = Asking(lrs, version)
    answer = posted(holds, of_h5p())
    assert answer.status_code == 200
    assert answer.headers["X-Experience-API-Version"] == "1.0.3"


def test_an_endpoint_with_a_slash_too_many_gets_advice_and_no_redirect(lrs):
    # A redirect would turn a POST into a GET, and lose what was sent.
    holds = Asking(lrs)
    answer = holds.send("POST", "/statements", body=json.dumps(of_h5p()), headers=JSON)
    assert answer.history == []
    assert answer.status_code == 404
    assert "advice" in answer.json()["error"]
