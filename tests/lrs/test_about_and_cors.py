"""About, and what a browser asks before it sends (CORS)."""

import pytest
from django.test import Client


def test_about_needs_neither_credential_nor_version(client: Client):
    response = client.get("/xapi/about")
    assert response.status_code == 200
    assert set(response.json()["version"]) >= {"1.0.3", "2.0.0"}
    assert response["X-Experience-API-Version"] in response.json()["version"]


def test_about_says_no_more_than_versions_and_extensions(client: Client):
    assert set(client.get("/xapi/about").json()) == {"version", "extensions"}


def test_about_tells_a_client_how_much_it_may_send_at_once(client: Client, settings):
    settings.XAPI_MAX_BATCH = 123
    (limits,) = client.get("/xapi/about").json()["extensions"].values()
    assert limits["statementsInRequest"] == 123
    assert limits["bytesInDocument"] == settings.XAPI_MAX_DOCUMENT_BYTES


@pytest.mark.parametrize("version", [None, "1.0.3", "2.0.0", "0.9", "7.0.0", ""])
def test_about_refuses_no_version(client: Client, version):
    headers = {} if version is None else {"X-Experience-API-Version": version}
    response = client.get("/xapi/about", headers=headers)
    assert response.status_code == 200
    assert response["X-Experience-API-Version"] in response.json()["version"]
    expected = version if version in ("1.0.3", "2.0.0") else "1.0.3"
    assert response["X-Experience-API-Version"] == expected


def test_about_takes_get_only(client: Client):
    assert client.post("/xapi/about").status_code == 405


def test_a_browsers_preflight_is_answered_without_a_credential(client: Client):
    response = client.options(
        "/xapi/statements",
        headers={
            "Origin": "https://h5p.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,x-experience-api-version",
        },
    )
    assert response.status_code == 204
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "POST" in response["Access-Control-Allow-Methods"]
    allowed = response["Access-Control-Allow-Headers"].lower()
    assert "authorization" in allowed
    assert "x-experience-api-version" in allowed


def test_answers_and_errors_can_be_read_by_a_browser(xapi):
    for response in (xapi.get(), xapi.get(limit="x")):
        assert response["Access-Control-Allow-Origin"] == "*"
        exposed = response["Access-Control-Expose-Headers"]
        assert "X-Experience-API-Consistent-Through" in exposed
