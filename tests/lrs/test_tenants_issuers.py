"""Bearer tokens of an outside issuer (OpenID Connect), which a store trusts."""

import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ValidationError
from jwt.algorithms import RSAAlgorithm

from lrs.models import TokenSubject, TrustedIssuer
from lrs.oauth import jwks, outside
from lrs.oauth.services import revoke_issuer, revoke_subject, trust_issuer
from lrs.stores.services import create_store
from tests.lrs.conftest import Xapi, a_statement, client_of, issued_for
from tests.lrs.issuer import AUDIENCE, running_issuer


@pytest.fixture(scope="module")
def server():
    with running_issuer() as issuer:
        yield issuer


@pytest.fixture
def oidc(server, monkeypatch):
    """The issuer with nothing known of it yet, and no pause between two looks at its keys."""
    monkeypatch.setattr(jwks, "_PAUSE", 0.0)
    monkeypatch.setattr(jwks, "_known", {})
    monkeypatch.setattr(outside, "_known", {})  # of other tests' stores
    server.answer = None
    server.asked = 0
    return server


def trust(store, oidc, **changes):
    settings = {
        "label": "Campus",
        "issuer": oidc.url,
        "audience": AUDIENCE,
        "jwks_url": oidc.jwks_url,
        "granted": ["statements/write", "statements/read"],
    }
    return trust_issuer(store=store, **(settings | changes))


@pytest.fixture
def trusted(store, oidc):
    return trust(store, oidc)


def bearer(token):
    return Xapi(f"Bearer {token}")


def test_a_token_of_a_trusted_issuer_opens_the_store_with_its_subject_as_authority(trusted, oidc):
    xapi = bearer(oidc.token())
    (statement_id,) = xapi.post(a_statement()).json()
    assert xapi.stored(statement_id)["authority"] == {
        "objectType": "Agent",
        "account": {"homePage": oidc.url, "name": "ana-7"},
    }
    assert TokenSubject.objects.get().subject == "ana-7"


def test_a_token_may_do_what_its_scopes_and_the_stores_limit_both_allow(store, oidc):
    trust(store, oidc, granted=["statements/read"])
    xapi = bearer(oidc.token(scope="all"))
    assert xapi.get().status_code == 200
    refused = xapi.post(a_statement())
    assert refused.status_code == 403
    assert 'error="insufficient_scope"' in refused["WWW-Authenticate"]
    assert bearer(oidc.token(scope="openid")).get().status_code == 403
    assert bearer(oidc.token(scope=None)).get().status_code == 403


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("scope", {"scope": "openid lrs-writer"}),
        ("roles", {"roles": ["lrs-writer", "else"]}),
        ("realm_access.roles", {"realm_access": {"roles": ["lrs-writer"]}}),
        ("https://x.example/roles", {"https://x.example/roles": ["lrs-writer"]}),
    ],
)
def test_the_issuers_names_of_scopes_are_mapped_to_ours(store, oidc, claim, said):
    trust(store, oidc, scope_claim=claim, scope_map={"lrs-writer": ["statements/write"]})
    xapi = bearer(oidc.token(**({"scope": None} | said)))
    assert xapi.post(a_statement()).status_code == 200
    assert xapi.get().status_code == 403
    unmapped = bearer(oidc.token(scope="statements/write"))
    assert unmapped.post(a_statement()).status_code == 403


def test_the_authority_can_be_the_pair_of_client_and_subject(store, oidc):
    pair = {
        "objectType": "Group",
        "member": [
            {"account": {"homePage": "{issuer}/clients", "name": "{client}"}},
            {"account": {"homePage": "{issuer}", "name": "{subject}"}},
        ],
    }
    trust(store, oidc, authority_template=pair)
    xapi = bearer(oidc.token())
    (statement_id,) = xapi.post(a_statement()).json()
    names = [one["account"]["name"] for one in xapi.stored(statement_id)["authority"]["member"]]
    assert names == ["moodle", "ana-7"]
    without = bearer(oidc.token(azp=None)).post(a_statement())
    assert without.status_code == 401
    assert "client" in without.json()["error"]["message"]


def test_a_subject_that_reads_its_own_statements_reads_no_others(store, oidc):
    trust(store, oidc, granted=["statements/write", "statements/read/mine"])
    scope = "statements/write statements/read/mine"
    ana, luis = (bearer(oidc.token(sub=sub, scope=scope)) for sub in ("ana", "luis"))
    (of_ana,) = ana.post(a_statement()).json()
    (of_luis,) = luis.post(a_statement()).json()
    assert ana.ids() == [of_ana]
    assert luis.ids() == [of_luis]
    assert luis.get(statementId=of_ana).status_code == 404


def refused_as_invalid(response):
    assert response.status_code == 401
    assert 'error="invalid_token"' in response["WWW-Authenticate"]
    return response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"iss": "https://elsewhere.example"}, "No store trusts"),
        ({"aud": "https://other.example"}, "No store trusts"),
        ({"aud": None}, "no audience"),
        ({"aud": []}, "No store trusts"),
        ({"aud": 7}, "no audience"),
        ({"exp": 1}, "expired"),
        ({"exp": None}, "malformed"),
        ({"nbf": 2_000_000_000 + 2_000_000_000}, "malformed"),
        ({"sub": None}, "malformed"),
        ({"sub": ""}, "subject"),
        ({"sub": "x" * 256}, "subject"),
        ({"sub": "a\0b"}, "subject"),
        ({"sub": "\ud800"}, "subject"),
    ],
)
def test_a_token_that_does_not_fit_is_refused_and_why(trusted, oidc, changes, why):
    assert why in refused_as_invalid(bearer(oidc.token(**changes)).get())
    assert not TokenSubject.objects.exists()


def pem(key):
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def confused(oidc):
    """HS256 with the issuer's public key as the secret: put together by hand, as no library would help."""
    import base64
    import hashlib
    import hmac

    def part(value):
        raw = value if isinstance(value, bytes) else json.dumps(value).encode()
        return base64.urlsafe_b64encode(raw).rstrip(b"=")

    signed = part({"alg": "HS256", "kid": oidc.kid}) + b"." + part(oidc.claims())
    mac = hmac.digest(pem(oidc.key), signed, hashlib.sha256)
    return (signed + b"." + part(mac)).decode()


STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def embedded(oidc):
    """Signed by a stranger, with the stranger's key in the header."""
    key = RSAAlgorithm.to_jwk(STRANGER.public_key(), as_dict=True)
    return jwt.encode(oidc.claims(), STRANGER, "RS256", {"kid": oidc.kid, "jwk": key})


@pytest.mark.parametrize(
    "forge",
    [
        confused,
        embedded,
        lambda oidc: jwt.encode(oidc.claims(), None, "none", {"kid": oidc.kid}),
        lambda oidc: jwt.encode(oidc.claims(), STRANGER, "RS256", {"kid": oidc.kid}),
        lambda oidc: jwt.encode(oidc.claims(), STRANGER, "RS256", {"kid": "unknown"}),
        lambda oidc: jwt.encode(oidc.claims(), oidc.key, "RS512", {"kid": oidc.kid}),
        lambda oidc: jwt.encode(oidc.claims(), oidc.key, "RS256", {"kid": oidc.kid, "crit": ["x"]}),
        lambda oidc: oidc.token()[:-8] + "AAAAAAAA",
        lambda oidc: jwt.encode(oidc.claims(), "x" * 64, "HS256", {"kid": oidc.kid}),
    ],
)
def test_a_forged_token_opens_nothing(trusted, oidc, forge):
    assert bearer(oidc.token()).get().status_code == 200, "or the test would prove nothing"
    refused_as_invalid(bearer(forge(oidc)).get())


def test_nothing_that_a_token_names_is_ever_fetched(trusted, oidc):
    with running_issuer() as stranger:
        headers = {"jku": stranger.jwks_url, "x5u": stranger.url, "kid": stranger.kid}
        token = jwt.encode(oidc.claims(), stranger.key, "RS256", headers)
        refused_as_invalid(bearer(token).get())
        refused_as_invalid(bearer(stranger.token()).get())
        assert stranger.asked == 0


def test_keys_are_fetched_once_and_again_when_the_issuer_rotates_them(trusted, oidc):
    old = oidc.token()
    assert bearer(old).get().status_code == 200
    assert bearer(oidc.token(sub="luis")).get().status_code == 200
    assert oidc.asked == 1
    oidc.rotate()
    assert bearer(oidc.token()).get().status_code == 200
    assert oidc.asked == 2


def test_a_key_that_the_issuer_took_back_is_good_no_longer_when_the_keys_are_looked_at(
    trusted, oidc, monkeypatch
):
    old = oidc.token(sub="somebody-else")
    assert bearer(oidc.token()).get().status_code == 200
    oidc.rotate()
    monkeypatch.setattr(jwks, "_FRESH", 0.0)
    refused_as_invalid(bearer(old).get())


def test_unknown_keys_do_not_make_us_ask_the_issuer_again_and_again(trusted, oidc, monkeypatch):
    monkeypatch.setattr(jwks, "_PAUSE", 60.0)
    for number in range(10):
        token = jwt.encode(oidc.claims(), STRANGER, "RS256", {"kid": f"unknown-{number}"})
        refused_as_invalid(bearer(token).get())
    assert oidc.asked == 1


@pytest.mark.parametrize(
    "answer",
    [
        (500, {}, b"no"),
        (200, {}, b"not json"),
        (200, {}, b"[]"),
        (200, {}, b'{"keys": 7}'),
        (200, {}, b" " * 300_000),
        (302, {"Location": "http://127.0.0.1:9/"}, b""),
    ],
)
def test_an_issuer_whose_keys_cannot_be_had_is_a_503_and_known_keys_go_on(
    trusted, oidc, answer, monkeypatch
):
    oidc.answer = answer
    response = bearer(oidc.token()).get()
    assert response.status_code == 503
    assert response["Retry-After"]
    assert response.json()["error"]["code"] == "issuer-unavailable"
    assert bearer(oidc.token()).post(a_statement()).status_code == 503
    oidc.answer = None
    assert bearer(oidc.token()).get().status_code == 200
    oidc.answer = answer
    monkeypatch.setattr(jwks, "_FRESH", 0.0)
    assert bearer(oidc.token(sub="another")).get().status_code == 200
    monkeypatch.setattr(jwks, "_STALE", 0.0)
    assert bearer(oidc.token(sub="a third")).get().status_code == 503


def test_an_issuer_that_is_not_there_is_a_503(store, oidc):
    with running_issuer() as gone:
        token, url = gone.token(iss=oidc.url), gone.jwks_url
    trust(store, oidc, jwks_url=url)
    assert bearer(token).get().status_code == 503


def test_what_is_revoked_ends_at_once_and_remembered_tokens_with_it(trusted, oidc):
    ana, luis = bearer(oidc.token(sub="ana")), bearer(oidc.token(sub="luis"))
    for xapi in (ana, luis):
        assert xapi.post(a_statement()).status_code == 200
    revoke_subject(subject=TokenSubject.objects.get(subject="ana"))
    assert ana.post(a_statement()).status_code == 401
    assert ana.get().status_code == 401
    assert luis.post(a_statement()).status_code == 200
    revoke_issuer(issuer=trusted)
    assert luis.post(a_statement()).status_code == 401
    assert luis.get().status_code == 401


def test_a_token_expires_also_where_it_is_remembered(trusted, oidc, monkeypatch):
    token = oidc.token(exp=int(time.time()) - 28)  # two seconds are left of what clocks may differ
    assert bearer(token).get().status_code == 200
    time.sleep(2.1)
    refused_as_invalid(bearer(token).get())


def test_one_issuer_serves_two_stores_by_audience_and_never_two_by_one(trusted, store, oidc):
    other = create_store(slug="otra", name="Otra", default_version="1.0.3")
    with pytest.raises(ValidationError):
        trust(other, oidc)
    trust(other, oidc, audience="https://otra.example")
    client_of(issued_for(store)).post(a_statement())
    assert len(bearer(oidc.token()).ids()) == 1
    assert bearer(oidc.token(aud=["https://otra.example"])).ids() == []
    both = oidc.token(aud=["https://otra.example", AUDIENCE])
    assert "two stores" in refused_as_invalid(bearer(both).get())


def test_a_weak_or_foreign_key_of_the_issuer_is_not_used(trusted, oidc):
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505  # weak is the point
    keys = [
        {**RSAAlgorithm.to_jwk(weak.public_key(), as_dict=True), "kid": "weak"},
        {"kty": "oct", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0", "kid": "oct"},
        {**RSAAlgorithm.to_jwk(STRANGER.public_key(), as_dict=True), "kid": "enc", "use": "enc"},
        {"kty": "RSA", "n": "!", "e": "AQAB", "kid": "broken"},
        "nonsense",
    ]
    oidc.answer = (200, {}, json.dumps({"keys": keys}).encode())
    for key, kid in ((weak, "weak"), (STRANGER, "enc"), (STRANGER, "broken"), (STRANGER, "oct")):
        token = jwt.encode(oidc.claims(), key, "RS256", {"kid": kid})
        refused_as_invalid(bearer(token).get())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"issuer": "ftp://x.example"}, "issuer"),
        ({"issuer": "http://login.example"}, "issuer"),
        ({"issuer": "http://localhost:8000"}, "issuer"),
        ({"jwks_url": "http://login.example/jwks"}, "jwks_url"),
        ({"jwks_url": "file:///etc/passwd"}, "jwks_url"),
        ({"jwks_url": "https://user:pw@login.example/jwks"}, "jwks_url"),
        ({"algorithms": ["HS256"]}, "algorithms"),
        ({"algorithms": ["none"]}, "algorithms"),
        ({"algorithms": []}, "algorithms"),
        ({"granted": ["everything"]}, "scopes"),
        ({"granted": []}, "scopes"),
        ({"scope_map": {"x": ["everything"]}}, "scope_map"),
        ({"authority_template": {"mbox": "mailto:{subject}"}}, "authority_template"),
        ({"audience": ""}, "audience"),
    ],
)
def test_what_cannot_be_trusted_is_refused_by_field(store, oidc, changes, field, settings):
    settings.PUBLIC_URL = "http://localhost:8000"
    with pytest.raises(ValidationError) as refused:
        trust(store, oidc, **changes)
    assert field in refused.value.message_dict
    assert not TrustedIssuer.objects.exists()
