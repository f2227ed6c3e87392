"""Trusted issuers in the administration: what the service refuses is said, what it takes is trusted."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError

from lrs.models import TokenSubject, TrustedIssuer
from lrs.oauth.services import change_issuer, revoke_issuer, trust_issuer
from lrs.stores.services import create_store
from tests.lrs.admin import admin_client, plain_static_files, queries_of, staff, text_of
from tests.lrs.conftest import Xapi
from tests.lrs.issuer import AUDIENCE, running_issuer

__all__ = ["admin_client", "plain_static_files"]

LIST = "/admin/lrs/trustedissuer/"
GIVEN = {
    "label": "Campus",
    "issuer": "https://login.escuela.example",
    "audience": "https://lrs.escuela.example",
    "jwks_url": "https://login.escuela.example/jwks",
    "algorithms": ["RS256"],
    "scopes": ["statements/write", "statements/read"],
    "scope_claim": "scope",
    "scope_map": "",
    "authority_template": "",
}


@pytest.fixture
def trusted(store):
    return trust_issuer(
        store=store,
        label="Campus",
        issuer=GIVEN["issuer"],
        audience=GIVEN["audience"],
        jwks_url=GIVEN["jwks_url"],
        granted=["statements/read"],
    )


def add(client, store, **changes):
    return client.post(f"{LIST}add/", {"store": store.pk, **GIVEN, **changes})


def test_an_issuer_is_trusted(admin_client, store):
    answer = add(admin_client, store, scope_map='{"teacher": ["all/read"]}')
    assert answer.status_code == 302, answer.context["errors"]
    made = TrustedIssuer.objects.get()
    assert made.store == store
    assert (made.scopes, made.algorithms) == (["statements/read", "statements/write"], ["RS256"])
    assert made.scope_map == {"teacher": ["all/read"]}
    assert made.authority_template is None
    assert admin_client.get(f"{LIST}{made.pk}/change/").status_code == 200


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"issuer": "http://login.escuela.example"}, "An issuer is an https address"),
        ({"jwks_url": "ftp://x.example"}, "The keys are fetched by https"),
        ({"scope_map": '{"teacher": ["nothing"]}'}, "Unknown scope"),
        ({"scope_map": "[]x"}, "Enter a valid JSON."),
        ({"scopes": []}, "This field is required."),
        ({"algorithms": ["none"]}, "Select a valid choice."),
        ({"authority_template": '{"mbox": "{subject}"}'}, "mbox"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_trusted(admin_client, store, changes, reason):
    answer = add(admin_client, store, **changes)
    assert answer.status_code == 200
    assert reason in text_of(answer)
    assert not TrustedIssuer.objects.exists()


def test_an_issuer_of_another_store_is_not_taken_from_it(admin_client, trusted):
    other = create_store(slug="other", name="Other")
    assert add(admin_client, other).status_code == 200
    assert TrustedIssuer.objects.get() == trusted


def test_what_its_tokens_may_do_is_changed_and_what_they_are_known_by_is_not(admin_client, trusted):
    answer = admin_client.post(
        f"{LIST}{trusted.pk}/change/",
        {**GIVEN, "label": "Aula", "scopes": ["all"], "issuer": "https://evil.example"},
    )
    assert answer.status_code == 302, answer.context["errors"]
    trusted.refresh_from_db()
    assert (trusted.label, trusted.scopes) == ("Aula", ["all"])
    assert trusted.issuer == GIVEN["issuer"]
    wrong = admin_client.post(f"{LIST}{trusted.pk}/change/", {**GIVEN, "jwks_url": "ftp://x"})
    assert "The keys are fetched by https" in text_of(wrong)


def test_the_address_of_the_keys_is_asked_of_the_issuer(admin_client, store):
    with running_issuer() as issuer:
        wrong = add(admin_client, store, issuer=f"{issuer.url}/nowhere", jwks_url="")
        assert "/nowhere/.well-known/openid-configuration" in text_of(wrong)
        assert not TrustedIssuer.objects.exists()
        issuer.document = {"issuer": issuer.url, "jwks_uri": issuer.jwks_url}
        answer = add(admin_client, store, issuer=issuer.url, jwks_url="")
        assert answer.status_code == 302, answer.context["errors"]
        assert TrustedIssuer.objects.get().jwks_url == issuer.jwks_url


def test_one_that_is_trusted_no_more_cannot_be_changed(trusted):
    revoke_issuer(issuer=trusted)
    with pytest.raises(ValidationError, match="trust it anew"):
        change_issuer(
            trusted=trusted,
            label="x",
            jwks_url=GIVEN["jwks_url"],
            granted=["all"],
            algorithms=["RS256"],
            scope_claim="scope",
            scope_map={},
            authority_template=None,
        )


def test_an_issuer_and_a_subject_are_shut_out_at_once(admin_client, store):
    with running_issuer() as issuer:
        add(
            admin_client,
            store,
            issuer=issuer.url,
            audience=AUDIENCE,
            jwks_url=issuer.jwks_url,
        )
        made = TrustedIssuer.objects.get()
        ana, luis = (Xapi(f"Bearer {issuer.token(sub=name)}") for name in ("ana", "luis"))
        assert [ana.get().status_code, luis.get().status_code] == [200, 200]
        listed = admin_client.get("/admin/lrs/tokensubject/", {"q": "ana"})
        (subject,) = listed.context["cl"].result_list
        for _ in range(2):
            admin_client.post(
                "/admin/lrs/tokensubject/", {"action": "revoke", "_selected_action": [subject.pk]}
            )
        about = ContentType.objects.get_for_model(subject)
        assert LogEntry.objects.filter(content_type=about).count() == 1, "it happened once"
        assert [ana.get().status_code, luis.get().status_code] == [401, 200]
        revoke = f"{LIST}{made.pk}/revoke/"
        assert "open nothing from this moment on" in text_of(admin_client.get(revoke))
        assert luis.get().status_code == 200  # a question changes nothing
        admin_client.post(revoke)
        assert luis.get().status_code == 401
    page = text_of(admin_client.get(f"{LIST}{made.pk}/change/"))
    assert "Trust it no more" not in page
    assert admin_client.post(revoke).status_code == 403


def test_who_may_only_look_changes_nothing(trusted):
    subject = TokenSubject.objects.create(issuer=trusted, subject="ana")
    looking = staff("view_trustedissuer", "view_tokensubject", "view_store")
    change = f"{LIST}{trusted.pk}/change/"
    assert looking.get(change).status_code == 200
    assert looking.post(change, GIVEN).status_code == 403
    assert looking.post(f"{LIST}{trusted.pk}/revoke/").status_code == 403
    assert looking.get(f"{LIST}add/").status_code == 403
    looking.post("/admin/lrs/tokensubject/", {"action": "revoke", "_selected_action": [subject.pk]})
    subject.refresh_from_db()
    trusted.refresh_from_db()
    assert (subject.revoked, trusted.revoked) == (None, None)
    stranger = staff("view_store", "view_verb")
    pages = (LIST, change, f"{LIST}{trusted.pk}/revoke/", "/admin/lrs/tokensubject/")
    assert [stranger.get(page).status_code for page in pages] == [403] * 4


def test_the_lists_ask_no_more_for_more(admin_client, trusted):
    pages = (LIST, "/admin/lrs/tokensubject/")
    TokenSubject.objects.create(issuer=trusted, subject="first")
    few = [len(queries_of(admin_client, page)) for page in pages]
    for number in range(5):
        TokenSubject.objects.create(issuer=trusted, subject=f"more {number}")
        trust_issuer(
            store=trusted.store,
            label=str(number),
            issuer=GIVEN["issuer"],
            audience=f"https://x.example/{number}",
            jwks_url=GIVEN["jwks_url"],
            granted=["all"],
        )
    assert [len(queries_of(admin_client, page)) for page in pages] == few
