"""Tokens, attachments and the log answer as the OpenAPI document says."""

import json
import uuid
from typing import Any

import jsonschema
import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.lrs.conftest import a_statement, basic, client_of, issued_for
from tests.lrs.multipart import attachment, json_part, part, post, sha256

FORM = "application/x-www-form-urlencoded"
TEXT = b"an essay"
# What is for people, for machines that watch the server, or for nobody; xAPI's own routes have a test in test_document.
NOT_DESCRIBED = ("admin/", "xapi/", "api/", "i18n/", "healthz", "attachments/<slug:slug>/")


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client.get("/api/openapi.json").content)
    return found


@pytest.fixture
def described(document: dict[str, Any]) -> Any:
    """Checks that an answer is one that is described; its status."""

    def check(path: str, method: str, response: Any) -> int:
        said = document["paths"][path][method]["responses"][str(response.status_code)]
        if reference := said.get("$ref"):
            said = document["components"]["responses"][reference.rpartition("/")[2]]
        kind = response["Content-Type"].partition(";")[0]
        media = said["content"].get(kind) or said["content"]["*/*"]
        if kind == "application/json":
            whole = {**media["schema"], "components": document["components"]}
            jsonschema.validate(response.json(), whole)
        return int(response.status_code)

    return check


def _routes(patterns: list[Any], before: str = "") -> set[str]:
    found = set()
    for each in patterns:
        here = before + str(each.pattern)
        if isinstance(each, URLResolver):
            found |= _routes(each.url_patterns, here)
        elif isinstance(each, URLPattern):
            found.add(here)
    return found


def test_every_address_for_machines_is_described(document: dict[str, Any]) -> None:
    from passport.urls import urlpatterns as for_people

    people = {str(each.pattern) for each in for_people}
    routes = {
        each for each in _routes(get_resolver().url_patterns) if not each.startswith(NOT_DESCRIBED)
    } - people
    real = {
        "/" + each.replace("<str:sha256>", "{sha256}").replace("<anything:name>", "{name}")
        for each in routes
    }
    mentioned = {path for path in document["paths"] if not path.startswith(("/xapi/", "/api/"))}
    # The log's page for people, and what answers that there is nothing.
    assert mentioned == real - {"/log/", "/log/{name}"}


@pytest.mark.django_db
def test_a_token_is_given_and_refused_as_described(
    described: Any, client: Client, issued: Any
) -> None:
    def ask(body: str, kind: str = FORM, secret: str | None = None) -> int:
        response = client.generic(
            "POST",
            "/oauth/token",
            body.encode(),
            content_type=kind,
            headers={"Authorization": basic(issued.key, secret or issued.secret)},
        )
        return int(described("/oauth/token", "post", response))

    assert ask("grant_type=client_credentials") == 200
    assert ask("grant_type=client_credentials&scope=state") == 200
    assert ask("grant_type=password") == 400
    assert ask("{}", "application/json") == 400
    assert ask("grant_type=client_credentials", secret="another") == 401
    assert ask("grant_type=client_credentials&more=" + "x" * 20_000) == 413


def test_where_tokens_are_issued_is_told_as_described(described: Any, client: Client) -> None:
    path = "/.well-known/oauth-authorization-server"
    assert described(path, "get", client.get(path)) == 200


@pytest.mark.django_db(transaction=True)
def test_an_attachment_is_given_and_refused_as_described(
    described: Any, client: Client, xapi: Any, store: Any
) -> None:
    statement = a_statement(id=str(uuid.uuid4()), attachments=[attachment(TEXT)])
    assert post(xapi, json_part(statement), part(TEXT)).status_code == 200

    def ask(one: Any, content: bytes) -> int:
        response = one.request("GET", f"/attachments/{sha256(content)}")
        return int(described("/attachments/{sha256}", "get", response))

    assert ask(xapi, TEXT) == 200
    assert ask(xapi, b"another") == 404
    assert ask(client_of(issued_for(store, "state")), TEXT) == 403
    stranger = client.get(f"/attachments/{sha256(TEXT)}")
    assert described("/attachments/{sha256}", "get", stranger) == 401


@pytest.mark.django_db
def test_the_log_refuses_as_described(described: Any, client: Client) -> None:
    assert described("/log/checkpoint", "get", client.get("/log/checkpoint")) == 404
    assert described("/log/tile/{name}", "get", client.get("/log/tile/0/000")) == 404
    assert described("/log/tile/{name}", "get", client.get("/log/tile/0/1")) == 400
    latest = "/log/anchors/latest"
    assert described(latest, "get", client.get(latest)) == 400
    assert described(latest, "get", client.get(latest, {"from": "1"})) == 404
