"""Clients that can only post forms (Communication 1.3): Storyline, old browsers, addresses too long to GET."""

import hashlib
import http.client
import json
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
import requests
from playwright.sync_api import Browser, Page

from tests.clients.asking import Asking
from tests.clients.conftest import Lrs
from tests.clients.pages import NODE, serving
from tests.clients.test_every_call import a_place

FORM = "application/x-www-form-urlencoded"
TYPES = ("text/plain", "text/plain;charset=UTF-8", FORM)


@pytest.fixture(scope="module")
def course_page(client, browser: Browser) -> Iterator[Page]:
    """A page of another origin with TinCanJS as browsers run it. `client` has installed it."""
    files = {
        "/course.html": NODE / "forms.html",
        "/tincan.js": NODE / "node_modules/tincanjs/build/tincan.js",
    }
    with serving(files) as url:
        page = browser.new_page()
        page.goto(f"{url}/course.html")
        yield page
        page.close()


def run(page: Page, lrs: Lrs, name: str) -> tuple[dict[str, str], Any]:
    place = a_place("forms")
    job = {"endpoint": lrs.endpoint, "key": lrs.key, "secret": lrs.secret, "place": place}
    page.reload()
    return place, page.evaluate("(job) => start(job)", {**job, "name": name})


def holds_what_the_course_did(lrs: Lrs, place: dict[str, str], seen: Any, name: str) -> None:
    holds = Asking(lrs)
    where = {
        "agent": {"mbox": place["learner"]},
        "activityId": place["course"],
        "registration": place["registration"],
    }
    assert seen["statement"] == seen["id"]
    kept = holds.statement(seen["id"])
    assert kept["result"]["response"] == "100 % & más = ñ+€"
    assert seen["found"] == 1
    assert seen["state"] == "2d1|x=1&y=2+ñ"
    state = holds.send("GET", "activities/state", **where, stateId=name)
    assert state.content.decode() == "2d1|x=1&y=2+ñ"
    assert state.headers["Content-Type"] == "text/plain"
    assert seen["merged"] == {"a": 1, "b": 2}
    assert sorted(seen["ids"]) == sorted([name, "other", "untyped"])
    assert sorted(holds.get("activities/state", **where)) == sorted([name, "untyped"])
    assert holds.send("GET", "activities/state", **where, stateId="untyped").text == "2Z9|{"
    assert seen["profile"] == {"c": 3}
    profile = {"agent": where["agent"], "profileId": name}
    assert holds.get("agents/profile", **profile) == {"c": 3}


@pytest.mark.browser
def test_a_course_of_an_old_browser_says_everything_by_forms(lrs, course_page: Page):
    course_page.add_init_script(
        "window.start = async (job) => { await speakByXDomainRequest(); return course(job); }"
    )
    place, seen = run(course_page, lrs, "bookmark")
    assert {each.partition("=")[2] for each in seen["posted"]} == {"GET", "PUT", "POST", "DELETE"}
    assert all(each.startswith("?method=") for each in seen["posted"])
    assert seen["again"] == 400  # all that an old browser could tell of a 412
    holds_what_the_course_did(lrs, place, seen, "bookmark")


@pytest.mark.browser
def test_what_is_too_long_for_an_address_goes_as_a_form(lrs, course_page: Page):
    course_page.add_init_script("window.start = (job) => { watchXhr(); return course(job); }")
    name = "x" * 2100  # TinCanJS turns a request of 2,048 letters and more into a form
    place, seen = run(course_page, lrs, name)
    by_form = [each for each in seen["posted"] if "?method=" in each]
    assert sorted(by_form) == sorted(
        f"POST ?method={method}" for method in ("PUT", "GET", "PUT", "PUT", "GET")
    )
    assert seen["again"] == 412
    holds_what_the_course_did(lrs, place, seen, name)


def posted(lrs: Lrs, path: str, method: str, content_type: str, **fields: str) -> Any:
    """A request as Storyline makes it: nothing but the method in the address, no header of its own."""
    form = {
        "Authorization": requests.auth._basic_auth_str(lrs.key, lrs.secret),
        "X-Experience-API-Version": "1.0.2",
        **fields,
    }
    return requests.post(
        f"{lrs.endpoint}/{path}?method={method}",
        data=urlencode(form, quote_via=quote).encode(),
        headers={"Content-Type": content_type},
        timeout=20,
    )


@pytest.mark.parametrize("content_type", TYPES)
def test_storyline_reports_keeps_its_place_and_resumes(lrs, content_type):
    place = a_place("storyline")
    agent = json.dumps({"objectType": "Agent", "name": "Ana", "mbox": place["learner"]})
    where = {"activityId": place["course"], "agent": agent, "registration": place["registration"]}

    def state(method: str, **fields: str) -> Any:
        return posted(
            lrs, "activities/state", method, content_type,
            stateId="suspend_data", **where, **fields,
        )  # fmt: skip

    assert state("GET").status_code == 404  # the first time
    statement_id = str(uuid.uuid4())
    statement = {
        "actor": json.loads(agent),
        "verb": {
            "id": "http://adlnet.gov/expapi/verbs/experienced",
            "display": {"en": "experienced"},
        },
        "object": {"objectType": "Activity", "id": place["course"]},
        "context": {"registration": place["registration"]},
        "result": {"response": "1 + 1 = 2 & ¿qué?"},
    }
    sent = posted(
        lrs, "statements", "PUT", content_type,
        statementId=statement_id, content=json.dumps(statement), **{"Content-Type": "application/json"},
    )  # fmt: skip
    assert sent.status_code == 204, sent.text
    data = "2m5S805060111001112r4+%&=ñ"
    kept = {"content": data, "Content-Type": "application/octet-stream"}
    assert state("PUT", **kept).status_code == 204
    assert state("PUT", **{**kept, "content": f"{data}2"}).status_code == 204
    resumed = state("GET")
    assert resumed.content.decode() == f"{data}2"
    etag = hashlib.sha1(f"{data}2".encode(), usedforsecurity=False).hexdigest()
    assert resumed.headers["ETag"] == f'"{etag}"'
    stale = {**kept, "If-Match": '"0000000000000000000000000000000000000000"'}
    assert state("PUT", **stale).status_code == 412
    holds = Asking(lrs)
    found = holds.statement(statement_id)
    assert found["result"] == statement["result"]
    assert (
        holds.send("GET", "activities/state", stateId="suspend_data", **where).content.decode()
        == f"{data}2"
    )
    assert state("DELETE").status_code == 204
    assert holds.get("activities/state", **where) == []


def test_a_form_is_no_way_into_xapi_2_0(lrs):
    place = a_place("storyline2")
    refused = posted(
        lrs, "activities/state", "PUT", FORM,
        activityId=place["course"], agent=json.dumps({"mbox": place["learner"]}), stateId="s",
        content="x", **{"X-Experience-API-Version": "2.0.0"},
    )  # fmt: skip
    assert refused.status_code == 400
    assert Asking(lrs).get(
        "activities/state", activityId=place["course"], agent={"mbox": place["learner"]}
    ) == []  # fmt: skip


def test_a_client_that_waits_for_100_continue_is_told_to_go_on(lrs):
    # libcurl, and so PHP and Moodle, asks first when the body is long.
    address = urlsplit(lrs.endpoint)
    statements = [
        {
            "actor": {"mbox": "mailto:continue@school.example"},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
            "object": {"id": f"https://school.example/continue/{number}"},
        }
        for number in range(300)
    ]
    body = json.dumps(statements).encode()
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=20)
    connection.putrequest("POST", f"{address.path}/statements")
    for name, value in {
        "Authorization": requests.auth._basic_auth_str(lrs.key, lrs.secret),
        "X-Experience-API-Version": "1.0.3",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Expect": "100-continue",
    }.items():
        connection.putheader(name, value)
    connection.endheaders()
    connection.sock.settimeout(20)
    assert connection.sock.recv(25, 0x2).startswith(b"HTTP/1.1 100")  # MSG_PEEK
    connection.send(body)
    response = connection.getresponse()
    assert response.status == 200
    assert len(json.loads(response.read())) == 300
    connection.close()
    kept = Asking(lrs).statements(agent={"mbox": "mailto:continue@school.example"}, limit=500)
    assert len(kept) == 300
