"""About, and what a browser asks before it sends (CORS)."""

from django.test import Client


def test_about_needs_neither_credential_nor_version(client: Client):
    response = client.get("/xapi/about")
    assert response.status_code == 200
    assert set(response.json()["version"]) >= {"1.0.3", "2.0.0"}
    assert response["X-Experience-API-Version"] in response.json()["version"]


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
