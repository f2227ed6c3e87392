"""The alternate request syntax of 1.0.3 (Communication 1.3): a form that stands for another request."""

import json
from urllib.parse import urlencode

import pytest

from lrs.models import Statement
from tests.lrs.conftest import Xapi, a_statement, client_of, new_id

FORM = "application/x-www-form-urlencoded"


def send(xapi, method, content_type=FORM, path="/xapi/statements", query="", **fields):
    return xapi.request(
        "POST",
        f"{path}?method={method}{query}",
        data=urlencode(fields).encode(),
        content_type=content_type,
    )


@pytest.mark.parametrize(
    "content_type", [FORM, "text/plain", "application/json", "text/plain;charset=UTF-8", ""]
)
def test_a_statement_is_put_by_a_form_whatever_content_type_the_browser_gives_it(
    xapi, content_type
):
    one = new_id()
    response = send(xapi, "PUT", content_type, statementId=one, content=json.dumps(a_statement()))
    assert response.status_code == 204, response.content
    assert xapi.stored(one)["verb"] == a_statement()["verb"]


def test_a_statement_is_posted_by_a_form(xapi):
    response = send(xapi, "POST", content=json.dumps([a_statement()]))
    assert response.status_code == 200
    assert response.json() == xapi.ids()


def test_statements_are_read_by_a_form_for_what_is_too_long_for_an_address(xapi):
    ids = xapi.post([a_statement(), a_statement()]).json()
    response = send(xapi, "GET", limit=1, agent=json.dumps(a_statement()["actor"]))
    assert response.status_code == 200
    assert [one["id"] for one in response.json()["statements"]] == [ids[1]]
    more = response.json()["more"]
    assert [one["id"] for one in xapi.request("GET", more).json()["statements"]] == [ids[0]]


def test_the_form_may_carry_the_credential_and_the_version_that_the_headers_cannot(issued):
    silent = Xapi(None, version=None)
    response = send(
        silent,
        "PUT",
        **{
            "statementId": new_id(),
            "content": json.dumps(a_statement()),
            "Authorization": client_of(issued).authorization,
            "X-Experience-API-Version": "1.0.2",
            "Content-Type": "application/json",
            "Content-Length": "3",
        },
    )
    assert response.status_code == 204, response.content
    assert Statement.objects.count() == 1


def test_text_in_the_form_is_utf_8(xapi):
    one = new_id()
    statement = a_statement(result={"response": "Ñandú + 100 % & más"})
    assert (
        send(xapi, "PUT", statementId=one, content=json.dumps(statement, ensure_ascii=False))
    ).status_code == 204
    assert xapi.stored(one)["result"]["response"] == "Ñandú + 100 % & más"


def test_a_wrong_version_in_the_form_is_refused_although_the_header_is_right(xapi):
    fields = {"X-Experience-API-Version": "0.8", "content": json.dumps(a_statement())}
    assert send(xapi, "POST", **fields).status_code == 400
    assert not Statement.objects.exists()


@pytest.mark.parametrize(
    ("method", "query", "fields", "word"),
    [
        ("PUT", "", {"statementId": new_id()}, "content"),
        (
            "PUT",
            "&statementId=6f1b7d0e-2f7c-4c55-9f43-8d6f0a2b9c11",
            {"content": "{}"},
            "statementId",
        ),
        ("PATCH", "", {"content": "{}"}, "PATCH"),
        ("put", "", {"content": "{}"}, "put"),
        ("GET", "", {"limti": "1"}, "limti"),
    ],
)
def test_a_form_that_stands_for_nothing_possible_is_refused_by_name(
    xapi, method, query, fields, word
):
    response = send(xapi, method, query=query, **fields)
    assert response.status_code == 400
    assert word in response.json()["error"]["message"]
    assert not Statement.objects.exists()


@pytest.mark.parametrize("body", [b"a=1&a=2", b"content=%ff", b"&".join([b"a=1"] * 200)])
def test_a_form_that_is_not_one_is_refused(xapi, body):
    response = xapi.request("POST", "/xapi/statements?method=GET", data=body, content_type=FORM)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "alternate-syntax"


def test_json_in_place_of_the_form_is_refused(xapi):
    body = json.dumps({"statementId": new_id(), "content": a_statement()}).encode()
    response = xapi.request("POST", "/xapi/statements?method=PUT", data=body, content_type=FORM)
    assert response.status_code == 400
    assert "content" in response.json()["error"]["message"]


def test_only_a_post_can_stand_for_another_method(xapi):
    response = xapi.request(
        "PUT", "/xapi/statements?method=POST", data=b"content=%7B%7D", content_type=FORM
    )
    assert response.status_code == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
def test_xapi_2_has_no_alternate_syntax(issued, method):
    xapi = client_of(issued, version="2.0.0")
    response = send(xapi, method, content=json.dumps(a_statement()))
    assert response.status_code == 400
    assert "2.0" in response.json()["error"]["message"]
    assert response["X-Experience-API-Version"] == "2.0.0"
    assert not Statement.objects.exists()


def test_a_head_by_a_form_has_no_body(xapi):
    response = send(xapi, "HEAD")
    assert response.status_code == 200
    assert response.content == b""
    assert "X-Experience-API-Consistent-Through" in response
