"""manage.py token_issuer: trust an issuer of tokens, see whom a store trusts, end the trust."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from lrs.models import TrustedIssuer
from lrs.oauth import jwks, outside
from tests.lrs.conftest import Xapi, a_statement
from tests.lrs.issuer import AUDIENCE, running_issuer


@pytest.fixture(scope="module")
def server():
    with running_issuer() as issuer:
        yield issuer


@pytest.fixture
def oidc(server, monkeypatch):
    """The issuer, with its discovery document and nothing known of it yet."""
    monkeypatch.setattr(jwks, "_known", {})
    monkeypatch.setattr(outside, "_known", {})
    server.answer = None
    server.document = {
        "issuer": server.url,
        "jwks_uri": server.jwks_url,
        "id_token_signing_alg_values_supported": ["RS256", "none"],
    }
    return server


def run(*arguments):
    out = StringIO()
    call_command("token_issuer", *arguments, stdout=out)
    return out.getvalue()


def trust(oidc, *more, scope="statements/write"):
    given = ("trust", "escuela", oidc.url, "--audience", AUDIENCE, "--scope", scope)
    return run(*given, *more)


def test_an_issuer_is_found_by_its_document_and_its_tokens_open_the_store(store, oidc):
    said = trust(oidc, "--label", "Campus")
    assert f"Keys at {oidc.jwks_url}: 1." in said
    assert "statements/write at the most" in said
    trusted = TrustedIssuer.objects.get()
    assert (trusted.jwks_url, trusted.label, trusted.algorithms) == (
        oidc.jwks_url,
        "Campus",
        ["RS256"],
    )
    assert Xapi(f"Bearer {oidc.token()}").post(a_statement()).status_code == 200


def test_with_the_address_of_the_keys_nothing_is_fetched_unless_asked_for(store, oidc):
    before = oidc.asked
    trust(oidc, "--jwks-url", oidc.jwks_url)
    assert oidc.asked == before
    run("distrust", "escuela", oidc.url)
    trust(oidc, "--jwks-url", oidc.jwks_url, "--check")
    assert oidc.asked == before + 2


def test_the_list_names_issuer_audience_and_limits_and_forgets_who_is_trusted_no_more(store, oidc):
    assert run("list") == "No issuer is trusted.\n"
    trust(oidc)
    for line in (run("list"), run("list", "escuela")):
        assert line.startswith(f"escuela  {oidc.url}  audience {AUDIENCE}  scopes statements/write")
    token = Xapi(f"Bearer {oidc.token()}")
    assert token.post(a_statement()).status_code == 200
    assert "subjects 1" in run("list")
    assert "open nothing now" in run("distrust", "escuela", oidc.url, "--audience", AUDIENCE)
    assert token.post(a_statement()).status_code == 401
    assert run("list", "escuela") == "No issuer is trusted.\n"


def test_names_of_scopes_and_the_authority_come_as_json(store, oidc):
    account = {"homePage": "{issuer}", "name": "{subject}-here"}
    trust(
        oidc,
        "--scope-claim=roles",
        '--scope-map={"writer": ["statements/write"]}',
        f"--authority={json.dumps({'account': account})}",
    )
    trusted = TrustedIssuer.objects.get()
    assert (trusted.scope_claim, trusted.scope_map) == ("roles", {"writer": ["statements/write"]})
    assert trusted.authority_template == {"account": account}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"issuer": "https://other.example"}, "Give the issuer exactly as it names itself"),
        ({"jwks_uri": "http://login.example/jwks"}, "no https address"),
        ({"jwks_uri": None}, "no https address"),
        ({"id_token_signing_alg_values_supported": ["ES256"]}, "give one of them by --algorithm"),
    ],
)
def test_a_document_that_does_not_fit_is_refused_with_what_to_do(store, oidc, document, said):
    oidc.document |= document
    with pytest.raises(CommandError, match=said):
        trust(oidc)
    assert not TrustedIssuer.objects.exists()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((404, {}, b"{}"), "cannot be read: the answer was 404. Check the issuer"),
        ((302, {"Location": "http://127.0.0.1:1/"}, b""), "the answer was 302"),
        ((200, {}, b"<html>"), "cannot be read"),
        ((200, {}, b"[]"), "names the issuer None"),
        ((200, {}, b" " * 300_000), "too long"),
    ],
)
def test_an_issuer_that_gives_no_document_is_not_trusted(store, oidc, answer, said):
    oidc.answer = answer
    with pytest.raises(CommandError, match=said):
        trust(oidc)
    assert not TrustedIssuer.objects.exists()


def test_another_address_of_keys_than_the_issuers_own_is_told_apart(store, oidc):
    with pytest.raises(CommandError, match="says that its keys are at"):
        trust(oidc, "--jwks-url", f"{oidc.url}/other", "--check")


@pytest.mark.parametrize("keys", [{"keys": []}, {"keys": [{"kty": "oct"}]}, {}, []])
def test_an_issuer_without_keys_is_not_trusted(store, oidc, keys):
    oidc.published = keys
    try:
        with pytest.raises(CommandError, match="Check the address"):
            trust(oidc)
    finally:
        oidc.published = None
    assert not TrustedIssuer.objects.exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--scope-map", "{"], "--scope-map is no JSON"),
        (["--scope-map", "[]"], "--scope-map is a JSON object"),
        (["--scope-map", '{"x": ["everything"]}'], "scope-map: Unknown scope"),
        (["--authority", '{"mbox": "mailto:{subject}"}'], "authority-template: "),
        (["--jwks-url", "http://login.example/jwks"], "jwks-url: "),
        (["--jwks-url", "https://login.example/jwks", "--algorithm", "HS256"], "invalid choice"),
    ],
)
def test_what_is_wrong_is_named_by_its_option(store, oidc, more, said):
    with pytest.raises(CommandError, match=said):
        trust(oidc, *more)


def test_whom_the_store_does_not_trust_cannot_be_distrusted(store, oidc):
    with pytest.raises(CommandError, match="it trusts: none"):
        run("distrust", "escuela", "https://login.example")
    trust(oidc)
    with pytest.raises(CommandError, match="it trusts: " + oidc.url):
        run("distrust", "escuela", oidc.url, "--audience", "https://other.example")
    with pytest.raises(CommandError, match="There is no store 'otra'"):
        run("list", "otra")


def test_an_issuer_that_is_trusted_already_is_refused(store, oidc):
    trust(oidc)
    with pytest.raises(CommandError):
        trust(oidc)
    assert TrustedIssuer.objects.count() == 1
