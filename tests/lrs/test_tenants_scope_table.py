"""Every scope × every address × every method: 403 or let in, exactly as the table says (tests/lrs/endpoints.py)."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from lrs.models import Store
from lrs.oauth import jwks, outside
from lrs.oauth.services import trust_issuer
from lrs.stores.scopes import MEANINGS
from tests.lrs.conftest import Xapi, a_statement, client_of, issued_for
from tests.lrs.documenting import ACTIVITY, RESOURCES, Documents
from tests.lrs.endpoints import (
    ACCESS,
    METHODS,
    OUTSIDE,
    Things,
    address,
    body,
    is_outside,
    nothing_kept,
    routes,
)
from tests.lrs.hierarchy.conftest import Rest
from tests.lrs.issuer import AUDIENCE, OidcIssuer, running_issuer
from tests.lrs.multipart import attachment, json_part, part, post, sha256
from tests.lrs.test_tenants_tokens import token_of

CONTENT = b"An essay."
# A token opens no further token: the token endpoint takes keys and secrets alone (RFC 6749, 2.3.1).
OTHERWISE_BY_TOKEN = {("oauth/token", "POST"): 401}


@pytest.fixture(scope="module")
def server() -> Iterator[OidcIssuer]:
    with running_issuer() as issuer:
        yield issuer


@pytest.fixture(autouse=True)
def settings_of_the_test(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwks, "_known", {})
    monkeypatch.setattr(outside, "_known", {})
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def things(store: Store, xapi: Xapi) -> Things:
    post(xapi, json_part(a_statement(attachments=[attachment(CONTENT)])), part(CONTENT))
    xapi.post(a_statement(object={"id": ACTIVITY, "definition": {"name": {"es": "Curso"}}}))
    for resource in RESOURCES:
        Documents(xapi, resource).keep({"page": 1})
    node = Rest(xapi).declare("empty", "course")
    return Things(store.slug, node["id"], sha256(CONTENT))


def by_secret(store: Store, scope: str, server: OidcIssuer) -> Xapi:
    return client_of(issued_for(store, scope))


def by_own_token(store: Store, scope: str, server: OidcIssuer) -> Xapi:
    return Xapi(f"Bearer {token_of(issued_for(store, scope))}")


def by_narrowed_token(store: Store, scope: str, server: OidcIssuer) -> Xapi:
    """A token with one scope, of a credential that has them all."""
    return Xapi(f"Bearer {token_of(issued_for(store, 'all'), scope=scope)}")


def by_token_of_an_issuer(store: Store, scope: str, server: OidcIssuer) -> Xapi:
    trust_issuer(
        store=store,
        label="Campus",
        issuer=server.url,
        audience=AUDIENCE,
        jwks_url=server.jwks_url,
        granted=["all"],
    )
    return Xapi(f"Bearer {server.token(scope=scope)}")


def test_every_address_of_the_project_is_in_one_of_the_tables() -> None:
    known = {route for route in routes() if not is_outside(route)}
    assert known == ACCESS.keys(), "an address has come or gone: say who may do what there"
    begun = {start for start in OUTSIDE for route in routes() if start and route.startswith(start)}
    assert begun | {""} == OUTSIDE.keys(), "what is said to be outside is not there any more"


@pytest.mark.parametrize("scope", MEANINGS)
@pytest.mark.parametrize(
    "caller", [by_secret, by_own_token, by_narrowed_token, by_token_of_an_issuer]
)
def test_a_scope_opens_what_the_table_says_and_nothing_else(
    store: Store, things: Things, server: OidcIssuer, caller: Any, scope: str
) -> None:
    client = caller(store, scope, server)
    wrong = {}
    for route, methods in ACCESS.items():
        for method in METHODS:
            opening, status = methods[method]
            expected = status if scope in opening else 403
            if caller is not by_secret:
                expected = OTHERWISE_BY_TOKEN.get((route, method), expected)
            seen = _status(client, route, method, things)
            if seen != expected:
                wrong[route, method] = f"{seen}, not {expected}"
    assert wrong == {}


IN_FORMS = ("xapi/statements", "xapi/activities/state", "xapi/agents/profile", "xapi/activities")


@pytest.mark.parametrize("scope", MEANINGS)
def test_a_request_in_a_form_opens_what_the_request_that_it_stands_for_opens(
    store: Store, things: Things, scope: str
) -> None:
    client = client_of(issued_for(store, scope))
    wrong = {}
    for route in IN_FORMS:
        for method in ("GET", "HEAD", "PUT", "POST", "DELETE"):
            opening, status = ACCESS[route][method]
            expected = status if scope in opening or status == 405 else 403
            seen = _status_of_form(client, route, method, things)
            if seen != expected:
                wrong[route, method] = f"{seen}, not {expected}"
    assert wrong == {}


def _status_of_form(client: Xapi, route: str, method: str, things: Things) -> int:
    """The alternate request syntax of 1.0.3: the request, its headers and parameters in a form."""
    path, _, query = address(route, method, things).partition("?")
    sent = body(route, method)
    form = dict(parse_qsl(query)) | {"Authorization": client.authorization}
    form |= {"X-Experience-API-Version": "1.0.3"} | sent.get("headers", {})
    if method in ("PUT", "POST"):
        form["content"] = sent.get("data", b"").decode()
        form["Content-Type"] = "application/json"
    stranger = Xapi(None, None)
    with nothing_kept(path.removeprefix("/")):
        response = stranger.request(
            "POST",
            f"{path}?method={method}",
            data=urlencode(form).encode(),
            content_type="application/x-www-form-urlencoded",
        )
    status: int = response.status_code
    return status


def _status(client: Xapi, route: str, method: str, things: Things) -> int:
    """The status of one request, of which nothing stays."""
    with nothing_kept(route):
        response = client.request(method, address(route, method, things), **body(route, method))
        if response.streaming:
            b"".join(response.streaming_content)
    status: int = response.status_code
    return status
