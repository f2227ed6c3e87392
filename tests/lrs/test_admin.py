"""The admin: a credential's secret is shown once, statements can be read and not changed."""

import html
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session

from lrs.models import Credential, CredentialSecret, Statement
from tests.lrs.conftest import Xapi, a_statement, basic


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """The pages of the admin name static files that only `collectstatic` would have made."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def admin_client(client, db):
    client.force_login(get_user_model().objects.create_superuser("admin@x.example"))
    return client


def issue(admin_client, store):
    return admin_client.post(
        "/admin/lrs/credential/add/",
        {"store": store.pk, "label": "Canvas", "scopes": ["statements/write", "statements/read"]},
    )


def shown(response, name):
    return html.unescape(re.search(rf'id="{name}">([^<]+)<', response.content.decode())[1])


def test_a_new_credential_is_shown_once_and_works(admin_client, store):
    response = issue(admin_client, store)
    assert response.status_code == 200
    key, secret = shown(response, "key"), shown(response, "secret")
    assert Xapi(basic(key, secret)).post(a_statement()).status_code == 200
    credential = Credential.objects.get()
    assert credential.scopes == ["statements/read", "statements/write"]
    for page in ("", f"{credential.pk}/change/"):
        later = admin_client.get(f"/admin/lrs/credential/{page}")
        assert later.status_code == 200
        assert key in later.content.decode()
        assert secret not in later.content.decode()


def test_the_secret_is_kept_nowhere(admin_client, store):
    secret = shown(response := issue(admin_client, store), "secret")
    assert "no-store" in response["Cache-Control"]
    assert secret.encode() not in bytes(CredentialSecret.objects.get().digest)
    kept = [str(entry.__dict__) for entry in LogEntry.objects.all()]
    kept += [str(session.get_decoded()) for session in Session.objects.all()]
    kept += [str(cookie) for cookie in admin_client.cookies.values()]
    assert kept
    assert all(secret not in text for text in kept)


def test_a_credential_is_revoked_by_the_action(admin_client, store, settings):
    response = issue(admin_client, store)
    client = Xapi(basic(shown(response, "key"), shown(response, "secret")))
    assert client.get().status_code == 200
    admin_client.post(
        "/admin/lrs/credential/",
        {"action": "revoke", "_selected_action": [Credential.objects.get().pk]},
    )
    assert client.get().status_code == 401


@pytest.mark.parametrize("page", ["add/", "{}/delete/"])
def test_statements_can_be_neither_added_nor_deleted(admin_client, xapi, page):
    xapi.post(a_statement())
    seq = Statement.objects.get().seq
    assert admin_client.get("/admin/lrs/statement/" + page.format(seq)).status_code == 403


def test_a_statement_cannot_be_changed(admin_client, xapi):
    xapi.post(a_statement())
    seq = Statement.objects.get().seq
    response = admin_client.post(f"/admin/lrs/statement/{seq}/change/", {"voided": "on"})
    assert response.status_code == 403
    assert not Statement.objects.get().voided


def test_a_store_is_made_and_cannot_be_deleted(admin_client, store):
    data = {"slug": "nueva", "name": "Nueva", "default_version": "2.0.0"}
    assert admin_client.post("/admin/lrs/store/add/", data).status_code == 302
    assert admin_client.get(f"/admin/lrs/store/{store.pk}/delete/").status_code == 403


def test_the_page_with_the_secret_speaks_spanish_too(admin_client, store):
    admin_client.cookies["django_language"] = "es"
    assert "He copiado el secreto" in issue(admin_client, store).content.decode()
