"""Statements that are valid xAPI and that few programs expect: every page and file still works."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lrs.xapi import jsontext
from passport.shares.services import share_course
from passport.timeline.rules import score_of
from tests.passport import school
from tests.passport.conftest import Person, School


def nested(depth: int) -> Any:
    value: Any = "deepest"
    for _ in range(depth):
        value = [value]
    return value


def in_a_course_named(name: str) -> dict[str, Any]:
    course = {
        "objectType": "Activity",
        "id": school.COURSE,
        "definition": {"type": school.ALGEBRA["definition"]["type"], "name": {"en": name}},
    }
    return {"context": {"contextActivities": {"grouping": [course]}}}


ODD: dict[str, dict[str, Any]] = {
    "a lone surrogate": {"result": {"response": "half \ud83d a pair", "success": True}},
    "a lone surrogate in a name": {
        "verb": {"id": "http://x.example/v", "display": {"en": "\ud800"}}
    },
    "a lone surrogate in a course's name": in_a_course_named("Algebra \ud800"),
    "a course's name with U+0000": in_a_course_named("Alge\0bra"),
    "a course's name of 5,000 characters": in_a_course_named("A" * 5_000),
    "an integer beyond 2^53": {"result": {"score": {"raw": 2**70, "max": 2**71}}},
    "an integer beyond doubles": {"result": {"score": {"raw": 10**400, "max": 10**400}}},
    "a double beyond doubles": {"result": {"extensions": {"http://x.example/e": "@1e400@"}}},
    "a score beyond doubles": {"result": {"score": {"raw": "@1e400@"}}},
    "a character U+0000": {"result": {"response": "zero \0 byte"}},
    "a deep extension": {"result": {"extensions": {"http://x.example/e": nested(200)}}},
    "a leap second": {"timestamp": "2016-12-31T23:59:60Z"},
    "a time without seconds": {"timestamp": "2016-12-31T23:59Z"},
    "the first day of the calendar": {"timestamp": "0001-01-01T00:00:00Z"},
    "the last day of the calendar": {"timestamp": "9999-12-31T23:59:59Z"},
    "a score of nothing": {"result": {"score": {}}},
}


@pytest.mark.parametrize("changes", ODD.values(), ids=ODD.keys())
def test_an_odd_statement_is_shown_shared_and_proven(
    changes: dict[str, Any],
    ana: Person,
    the_school: School,
    log_and_sign: Callable[[], None],
) -> None:
    assert_everything_works(changes, ana, the_school, log_and_sign)


@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/Lima"])
@pytest.mark.parametrize("day", ["first", "last"])
def test_the_ends_of_the_calendar_are_shown_in_any_time_zone(
    day: str,
    zone: str,
    ana: Person,
    the_school: School,
    log_and_sign: Callable[[], None],
    settings: Any,
) -> None:
    settings.TIME_ZONE = zone
    changes = ODD[f"the {day} day of the calendar"]
    assert_everything_works(changes, ana, the_school, log_and_sign)


def assert_everything_works(
    changes: Mapping[str, Any], ana: Person, the_school: School, log_and_sign: Callable[[], None]
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
    course = the_school.course_id()
    share = share_course(
        learner=ana.learner,
        activity_id=course,
        expires=timezone.now() + timedelta(days=1),
    )
    for page in ("/", "/courses/", f"/courses/{course}/", f"/courses/{course}/share/", "/shares/"):
        assert ana.client.get(page).status_code == 200, page
    address = f"/p/{share.token}/"
    for page in (address, f"{address}bundle", f"{address}status"):
        assert Client().get(page).status_code == 200, page
    bundle = json.loads(Client().get(f"{address}bundle").content)
    shown = [record["slots"]["id"].get("value") for record in bundle["records"]]
    assert statement["id"] in shown
    assert len(bundle["share"]["title"]) <= 300


@pytest.mark.parametrize(
    ("score", "shown"),
    [
        ('{"raw": 8, "max": 10}', "8/10"),
        ('{"raw": 7.50, "max": 10.0}', "7.5/10"),
        ('{"raw": 99.99999, "max": 100}', "99.99999/100"),
        ('{"raw": 99.9999999999999999999999999, "max": 1e2}', "99.999999…/100"),
        ('{"raw": 1234567, "max": 12345678}', "1234567/12345678"),
        ('{"raw": 1' + "0" * 400 + "}", "1E+400"),
        ('{"raw": 0e999999}', "0"),
        ('{"raw": -2}', "-2"),
        ('{"scaled": 0.87}', "87 %"),
        ('{"scaled": 0.29}', "29 %"),
        ('{"scaled": 0.99999}', "99.999 %"),
        ('{"scaled": 1}', "100 %"),
        ('{"scaled": 1e-400}', "1E-398 %"),
    ],
)
def test_a_score_is_shown_as_it_was_reported(score: str, shown: str) -> None:
    found = score_of({"score": jsontext.loads(score.encode())})
    assert found is not None
    assert found.text == shown


def test_a_score_is_never_rounded_up() -> None:
    found = score_of({"score": {"raw": Decimal("0." + "9" * 5_000), "max": 1}})
    assert found is not None
    assert found.text == "0.999999…/1"
