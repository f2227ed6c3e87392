"""Pages: `more` keeps every parameter and is not moved by what arrives."""

import json

import pytest

from lrs.stores.services import create_store
from tests.lrs.conftest import a_statement, client_of, issued_for


def pages(xapi, **parameters):
    response = xapi.get(**parameters)
    while True:
        page = response.json()
        yield [statement["id"] for statement in page["statements"]]
        if not page["more"]:
            return
        response = xapi.request("GET", page["more"])
        assert response.status_code == 200, response.content


@pytest.mark.parametrize("ascending", ["true", "false"])
@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"verb": "http://adlnet.gov/expapi/verbs/answered"},
        {"activity": "https://escuela.example/quiz/1"},
        {"activity": "https://escuela.example/quiz/1", "related_activities": "true"},
        {"agent": json.dumps({"mbox": "mailto:ana@escuela.example"})},
        {"agent": json.dumps({"mbox": "mailto:ana@escuela.example"}), "related_agents": "true"},
        {"since": "2020-01-01T00:00:00Z", "until": "2999-01-01T00:00:00Z"},
    ],
)
def test_following_more_gives_every_statement_once_in_order(xapi, parameters, ascending):
    ids = xapi.post([a_statement() for _ in range(11)]).json()
    xapi.post(
        a_statement(
            actor={"mbox": "mailto:other@x.example"},
            verb={"id": "http://adlnet.gov/expapi/verbs/asked"},
            object={"id": "https://x.example/other"},
        )
    )
    found = list(pages(xapi, limit=4, ascending=ascending, **parameters))
    expected = ids if ascending == "true" else ids[::-1]
    flat = [one for page in found for one in page]
    if "verb" in parameters or "activity" in parameters or "agent" in parameters:
        assert flat == expected
    else:
        assert [one for one in flat if one in ids] == expected
        assert len(flat) == 12
    assert [len(page) for page in found[:2]] == [4, 4]


def test_what_arrives_between_two_pages_does_not_move_them(xapi):
    ids = xapi.post([a_statement() for _ in range(6)]).json()
    first = xapi.get(limit=3).json()
    xapi.post([a_statement() for _ in range(3)])
    second = xapi.request("GET", first["more"]).json()
    assert [one["id"] for one in first["statements"] + second["statements"]] == ids[::-1]


def test_the_last_page_has_an_empty_more(xapi):
    xapi.post([a_statement() for _ in range(3)])
    assert xapi.get(limit=3).json()["more"] == ""


def test_a_page_keeps_its_format(xapi):
    xapi.post([a_statement() for _ in range(2)])
    first = xapi.get(limit=1, format="ids").json()
    second = xapi.request("GET", first["more"]).json()
    assert "display" not in second["statements"][0]["verb"]


def test_another_store_does_not_take_the_place_that_more_names(xapi):
    xapi.post([a_statement() for _ in range(3)])
    more = xapi.get(limit=1).json()["more"]
    other = client_of(issued_for(create_store(slug="otra", name="Otra", default_version="1.0.3")))
    response = other.request("GET", more)
    assert response.status_code == 400
    assert response.json()["error"]["message"] == "This is not a cursor of this store."


def test_a_more_link_that_was_changed_is_refused_with_what_to_do(xapi):
    xapi.post([a_statement() for _ in range(3)])
    more = xapi.get(limit=1).json()["more"]
    response = xapi.request("GET", more[:-1] + ("A" if more[-1] != "A" else "B"))
    assert response.status_code == 400
    error = response.json()["error"]
    assert (error["code"], error["advice"]) == ("parameter", "Follow `more` as it was given.")
