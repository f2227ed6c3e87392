"""Statements that are valid xAPI and that few programs expect: every page and file still works."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from passport.shares.services import share_course
from tests.passport import school
from tests.passport.conftest import Person, School


def nested(depth: int) -> Any:
    value: Any = "deepest"
    for _ in range(depth):
        value = [value]
    return value


ODD: dict[str, dict[str, Any]] = {
    "a lone surrogate": {"result": {"response": "half \ud83d a pair", "success": True}},
    "a lone surrogate in a name": {
        "verb": {"id": "http://x.example/v", "display": {"en": "\ud800"}}
    },
    "an integer beyond 2^53": {"result": {"score": {"raw": 2**70, "max": 2**71}}},
    "a double beyond doubles": {"result": {"extensions": {"http://x.example/e": "@1e400@"}}},
    "a character U+0000": {"result": {"response": "zero \0 byte"}},
    "a deep extension": {"result": {"extensions": {"http://x.example/e": nested(200)}}},
    "a leap second": {"timestamp": "2016-12-31T23:59:60Z"},
    "a time without seconds": {"timestamp": "2016-12-31T23:59Z"},
    "a score of nothing": {"result": {"score": {}}},
}


@pytest.mark.parametrize("changes", ODD.values(), ids=ODD.keys())
def test_an_odd_statement_is_shown_shared_and_proven(
    changes: dict[str, Any],
    ana: Person,
    the_school: School,
    log_and_sign: Callable[[], None],
) -> None:
    statement = school.statement(
        900, school.verb("answered", "respondió", "answered"), school.question(9)
    )
    body = json.dumps([statement | changes]).replace('"@1e400@"', "1e400")
    answer = Client().post(
        "/xapi/statements",
        body,
        content_type="application/json",
        headers={"Authorization": the_school.authorization, "X-Experience-API-Version": "1.0.3"},
    )
    assert answer.status_code == 200, answer.content
    log_and_sign()
    share = share_course(
        learner=ana.learner,
        activity_id=the_school.course_id(),
        expires=timezone.now() + timedelta(days=1),
    )
    address = f"/p/{share.token}/"
    for client, page in ((ana.client, "/"), (Client(), address), (Client(), f"{address}bundle")):
        assert client.get(page).status_code == 200, page
    bundle = json.loads(Client().get(f"{address}bundle").content)
    shown = [record["slots"]["id"].get("value") for record in bundle["records"]]
    assert statement["id"] in shown
