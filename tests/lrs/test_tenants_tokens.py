"""OAuth 2.0: a credential gets short-lived tokens for its key and secret (RFC 6749, 6750)."""

import time
from urllib.parse import urlencode

import jwt
import pytest
from django.db import connection

from lrs.models import CredentialSecret
from lrs.oauth.tokens import _key, audience
from lrs.stores.services import create_store, revoke_credential, rotate_secret, withdraw_secret
from tests.lrs.conftest import Xapi, a_statement, basic, client_of, issued_for

FORM = "application/x-www-form-urlencoded"


def ask(issued, *, header=True, secret=None, **form):
    """POST /oauth/token, with the key and secret in the header or in the form."""
    secret = secret or issued.secret
    form = {"grant_type": "client_credentials"} | form
    if not header:
        form |= {"client_id": issued.key, "client_secret": secret}
    form = {name: value for name, value in form.items() if value is not None}
    client = Xapi(basic(issued.key, secret) if header else None)
    return client.request("POST", "/oauth/token", data=urlencode(form), content_type=FORM)


def bearer(token, version="1.0.3"):
    return Xapi(f"Bearer {token}", version)


def token_of(issued, **form):
    response = ask(issued, **form)
    assert response.status_code == 200, response.content
    return response.json()["access_token"]


@pytest.mark.parametrize("header", [True, False])
def test_a_credential_gets_a_token_that_opens_what_the_credential_opens(issued, store, header):
    response = ask(issued, header=header)
    assert response.status_code == 200
    said = response.json()
    assert said["token_type"] == "Bearer"
    assert 0 < said["expires_in"] <= 3600
    assert "statements/write" in said["scope"].split()
    assert response["Cache-Control"] == "no-store"
    xapi = bearer(said["access_token"])
    (statement_id,) = xapi.post(a_statement()).json()
    assert xapi.stored(statement_id) == client_of(issued).stored(statement_id)
    assert xapi.ids() == [statement_id]


def test_a_token_has_the_scopes_that_were_asked_for_and_no_others(issued):
    response = ask(issued, scope="statements/read state")
    assert response.json()["scope"] == "statements/read state"
    xapi = bearer(response.json()["access_token"])
    assert xapi.get().status_code == 200
    refused = xapi.post(a_statement())
    assert refused.status_code == 403
    assert 'error="insufficient_scope"' in refused["WWW-Authenticate"]
    assert 'scope="statements/write"' in refused["WWW-Authenticate"]


@pytest.mark.parametrize("scope", ["statements/read", "all", "nonsense", "state statements/read"])
def test_no_token_has_a_scope_that_was_not_granted(store, scope):
    response = ask(issued_for(store, "statements/write", "state"), scope=scope)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": None}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "x"}, 400, "unsupported_grant_type"),
        ({"secret": "wrong"}, 401, "invalid_client"),
        ({"secret": "wrong", "header": False}, 401, "invalid_client"),
        ({"client_secret": "twice"}, 400, "invalid_request"),
    ],
)
def test_a_request_for_a_token_is_refused_as_rfc_6749_says(issued, form, status, error):
    response = ask(issued, **form)
    assert (response.status_code, response.json()["error"]) == (status, error)
    assert response["Cache-Control"] == "no-store"
    assert ("WWW-Authenticate" in response) == (status == 401)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"grant_type=client_credentials&grant_type=client_credentials", FORM, 400),
        (b'{"grant_type": "client_credentials"}', "application/json", 400),
        (b"grant_type=" + b"x" * 20_000, FORM, 413),
        (b"\xff\xfe=%ff", FORM, 400),
        (b"", FORM, 400),
    ],
)
def test_a_malformed_request_for_a_token_is_refused(issued, body, content_type, status):
    client = Xapi(basic(issued.key, issued.secret))
    response = client.request("POST", "/oauth/token", data=body, content_type=content_type)
    assert (response.status_code, response.json()["error"]) == (status, "invalid_request")


@pytest.mark.parametrize("authorization", ["Basic !", "Basic eDp5", "Bearer x", None])
def test_whoever_is_no_client_gets_no_token(db, authorization):
    response = Xapi(authorization).request(
        "POST", "/oauth/token", data=b"grant_type=client_credentials", content_type=FORM
    )
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


def test_only_post_gives_tokens(issued):
    response = Xapi(basic(issued.key, issued.secret)).request("GET", "/oauth/token")
    assert response.status_code == 405
    assert response["Allow"] == "POST, OPTIONS"


def test_the_metadata_leads_to_the_token_endpoint(client, settings):
    found = client.get("/.well-known/oauth-authorization-server").json()
    assert found["issuer"] == settings.PUBLIC_URL
    assert found["token_endpoint"] == f"{settings.PUBLIC_URL}/oauth/token"
    assert found["grant_types_supported"] == ["client_credentials"]
    assert "statements/read/mine" in found["scopes_supported"]


def test_a_token_ends_at_once_with_its_credential(issued):
    xapi = bearer(token_of(issued))
    assert xapi.post(a_statement()).status_code == 200
    revoke_credential(credential=issued.credential)
    assert xapi.get().status_code == 401
    assert xapi.post(a_statement()).status_code == 401


def test_a_token_ends_at_once_with_the_secret_that_it_was_given_for(issued):
    old = bearer(token_of(issued))
    second = rotate_secret(credential=issued.credential)
    new = bearer(token_of(second))
    assert (old.get().status_code, new.get().status_code) == (200, 200)
    withdraw_secret(credential=issued.credential)
    assert (old.post(a_statement()).status_code, new.post(a_statement()).status_code) == (401, 200)


def test_a_token_expires(issued, settings):
    settings.XAPI_TOKEN_SECONDS = -1
    response = bearer(token_of(issued)).get()
    assert response.status_code == 401
    assert 'error="invalid_token"' in response["WWW-Authenticate"]
    assert "expired" in response.json()["error"]["message"]


def claims_of(issued, settings, **changes):
    now = int(time.time())
    secret = CredentialSecret.objects.get(credential=issued.credential)
    return {
        "iss": settings.PUBLIC_URL,
        "aud": audience(),
        "sub": issued.key,
        "scope": "all",
        "iat": now,
        "exp": now + 60,
        "secret": secret.pk,
    } | changes


@pytest.mark.parametrize(
    "forge",
    [
        lambda claims: jwt.encode(claims, None, "none", {"typ": "at+jwt"}),
        lambda claims: jwt.encode(claims, "x" * 32, "HS256", {"typ": "at+jwt"}),
        lambda claims: jwt.encode(claims, _key(), "HS512", {"typ": "at+jwt"}),
        lambda claims: jwt.encode(claims, _key(), "HS256"),
        lambda claims: jwt.encode(claims | {"aud": "https://x.example"}, _key(), "HS256"),
        lambda claims: jwt.encode(
            {name: value for name, value in claims.items() if name != "exp"},
            _key(),
            "HS256",
            {"typ": "at+jwt"},
        ),
        lambda claims: jwt.encode(claims, _key(), "HS256", {"typ": "at+jwt", "crit": ["x"]}),
        lambda claims: "a.b.c",
        lambda claims: "x" * 20_000,
        lambda claims: "",
    ],
)
def test_a_token_that_we_did_not_make_opens_nothing(issued, settings, forge):
    sound = jwt.encode(claims_of(issued, settings), _key(), "HS256", {"typ": "at+jwt"})
    assert bearer(sound).get().status_code == 200, "or the test would prove nothing"
    response = bearer(forge(claims_of(issued, settings))).get()
    assert response.status_code == 401
    assert 'error="invalid_token"' in response["WWW-Authenticate"]


def test_a_token_made_for_another_store_has_that_stores_statements_alone(issued, xapi):
    xapi.post(a_statement())
    other = issued_for(create_store(slug="otra", name="Otra", default_version="1.0.3"))
    assert bearer(token_of(other)).ids() == []


def test_a_scope_that_the_credential_loses_is_lost_to_its_tokens_too(issued):
    xapi = bearer(token_of(issued))
    assert xapi.get().status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("UPDATE lrs_credential SET scopes = '{state}'")
    assert xapi.get().status_code == 403


def test_nothing_of_a_secret_or_token_is_logged(issued, caplog):
    caplog.set_level("DEBUG")
    token = token_of(issued)
    bearer(token).get()
    bearer(token + "x").get()
    ask(issued, header=False)
    ask(issued, secret=issued.secret + "x")
    assert issued.secret not in caplog.text
    assert token not in caplog.text
