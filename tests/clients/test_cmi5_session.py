"""A cmi5 session in full: an LMS launches a unit, which runs in a real browser with a real cmi5 library."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser

from keiko.demo.shapes import cmi5
from tests.clients.asking import Asking
from tests.clients.lms import PREFERENCES, Lms, cmi5_lms

pytestmark = pytest.mark.browser

CMI5 = "https://w3id.org/xapi/cmi5"
SESSION = f"{CMI5}/context/extensions/sessionid"
KINDS = (
    "true-false", "choice", "fill-in", "long-fill-in", "likert", "matching", "performance",
    "sequencing", "numeric", "other",
)  # fmt: skip


@pytest.fixture(scope="module")
def session(lrs, client, issue, browser: Browser) -> Iterator[tuple[Lms, dict[str, Any]]]:
    """The LMS and what the unit saw, after the session. `client` has installed the library."""
    own = Asking(issue("state", "profile", "statements/write", "statements/read"))
    unit = issue("state", "profile", "statements/write")
    with cmi5_lms(own, unit.key, unit.secret) as lms:
        lms.prepare()
        page = browser.new_page()
        page.goto(lms.launch_url())
        outcome = page.locator("#done, #failed")
        outcome.wait_for(timeout=30_000)
        assert outcome.get_attribute("id") == "done", outcome.text_content()
        seen = json.loads(str(outcome.text_content()))
        page.close()
        lms.say(cmi5.satisfied(lms.launch, datetime.now(UTC)))
        yield lms, seen


def held(lrs: Any, lms: Lms) -> list[dict[str, Any]]:
    """The statements of the registration, as they were stored."""
    found = Asking(lrs).statements(registration=lms.launch.registration, ascending="true")
    return [each for each in found if each["actor"]["account"]["homePage"] == lms.url]


def verb_of(statement: dict[str, Any]) -> str:
    return str(statement["verb"]["id"]).rpartition("/")[2]


def test_the_unit_reads_its_launch_data_the_preferences_and_its_own_bookmark(session):
    lms, seen = session
    assert seen == {"preferences": PREFERENCES, "mode": "Normal", "bookmark": {"page": 3}}
    assert lms.fetched == 1


def test_the_session_is_held_in_the_order_of_cmi5(lrs, session):
    lms, _ = session
    assert [verb_of(each) for each in held(lrs, lms)] == [
        "launched", "initialized", "progressed", *["answered"] * 10,
        "passed", "completed", "terminated", "satisfied",
    ]  # fmt: skip


def test_every_statement_carries_registration_session_and_grouping(lrs, session):
    lms, _ = session
    for statement in held(lrs, lms):
        context = statement["context"]
        assert context["registration"] == lms.launch.registration
        assert context["extensions"][SESSION] == lms.launch.session
        grouping = [each["id"] for each in context["contextActivities"]["grouping"]]
        assert lms.launch.unit.publisher in grouping
        assert f"{lms.url}/class/3b" in grouping


def test_what_counts_for_moving_on_is_marked_and_scored(lrs, session):
    lms, _ = session
    by_verb = {verb_of(each): each for each in held(lrs, lms)}
    marked = [
        name
        for name, each in by_verb.items()
        if f"{CMI5}/context/categories/moveon"
        in [one["id"] for one in each["context"]["contextActivities"].get("category", [])]
    ]
    assert sorted(marked) == ["completed", "passed"]
    assert by_verb["passed"]["result"]["score"] == {"scaled": 0.9}
    assert by_verb["completed"]["result"]["completion"] is True


def test_every_kind_of_interaction_is_held_with_its_definition(lrs, session):
    lms, _ = session
    answered = [each for each in held(lrs, lms) if verb_of(each) == "answered"]
    kinds = [each["object"]["definition"]["interactionType"] for each in answered]
    assert kinds == list(KINDS)
    choice = answered[1]["object"]["definition"]
    assert choice["correctResponsesPattern"] == ["a"]
    assert [each["id"] for each in choice["choices"]] == ["a", "b"]


def test_the_launch_data_is_still_there_and_the_unit_spoke_under_its_own_credential(lrs, session):
    lms, _ = session
    assert Asking(lrs).get("activities/state", **lms.state) == ["LMS.LaunchData", "bookmark"]
    authorities = [json.dumps(each["authority"]) for each in held(lrs, lms)]
    lms_name, unit_name = authorities[0], authorities[1]
    assert lms_name != unit_name
    assert authorities == [lms_name, *[unit_name] * 15, lms_name]
