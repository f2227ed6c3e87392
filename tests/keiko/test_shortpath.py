"""The short way of xAPI requests past the middleware of pages."""

import pytest
from django.test import Client

from tests.lrs.conftest import Xapi, a_statement, basic


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/xapi/about", "/xapi/statements", "/xapi/nothing/here"])
def test_an_xapi_answer_carries_the_headers_that_protect_a_browser(path):
    answer = Client().get(path)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers or "Cookie" not in answer["Vary"]


@pytest.mark.django_db
def test_an_xapi_request_to_an_unknown_host_is_refused():
    answer = Client().get("/xapi/about", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "host"


@pytest.mark.django_db
def test_a_session_cookie_opens_nothing_of_xapi():
    xapi = Xapi(basic("no", "credential"))
    xapi.http.cookies["sessionid"] = "x" * 32
    assert xapi.post(a_statement()).status_code == 401


@pytest.mark.django_db
def test_pages_still_pass_the_whole_middleware():
    answer = Client().get("/log/checkpoint")
    assert "Content-Security-Policy" in answer.headers
    assert "default-src 'none'" not in answer["Content-Security-Policy"]
