"""Credentials and authorities in the administration: rotated without a pause, revoked at once, by who may."""

import html
import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from lrs.admin.words import SCOPES
from lrs.models import Credential, Store
from lrs.stores.scopes import MEANINGS
from lrs.stores.services import create_store, issue_credential
from tests.lrs.admin import admin_client, plain_static_files, queries_of, staff, text_of
from tests.lrs.conftest import Xapi, a_statement, basic

__all__ = ["admin_client", "plain_static_files"]

TEMPLATE = '{"name": "{label}", "account": {"homePage": "https://x.example", "name": "c-{number}"}}'


def shown(response, name):
    return html.unescape(re.search(rf'id="{name}">([^<]+)<', response.content.decode())[1])


def address(credential, end="change"):
    return f"/admin/lrs/credential/{credential.pk}/{end}/"


@pytest.fixture
def credential(issued):
    return issued.credential


def test_every_scope_is_a_box_with_its_meaning(admin_client):
    assert list(SCOPES) == list(MEANINGS)
    page = text_of(admin_client.get("/admin/lrs/credential/add/"))
    assert all(f"{scope}: {meaning}" in page for scope, meaning in MEANINGS.items())


def test_a_credential_is_changed(admin_client, credential):
    later = timezone.now() + timedelta(days=3)
    data = {"label": "Aula", "note": "Luis has it", "scopes": ["state", "profile"]}
    data |= {"expires_0": f"{later:%Y-%m-%d}", "expires_1": "12:00:00"}
    assert admin_client.post(address(credential), data).status_code == 302
    credential.refresh_from_db()
    assert (credential.label, credential.note) == ("Aula", "Luis has it")
    assert credential.scopes == ["profile", "state"]
    assert credential.expires.date() == later.date()


def test_an_expiry_that_is_past_is_refused(admin_client, credential):
    data = {"label": "Aula", "scopes": ["state"], "expires_0": "2020-01-01", "expires_1": "12:00"}
    assert "The time of expiry is past." in text_of(admin_client.post(address(credential), data))
    credential.refresh_from_db()
    assert credential.expires is None


def test_a_secret_is_rotated_without_a_pause(admin_client, issued, credential, xapi):
    response = admin_client.post(address(credential, "rotate"), {"old_expires": ""})
    assert "no-store" in response["Cache-Control"]
    second = shown(response, "secret")
    new = Xapi(basic(issued.key, second))
    assert [xapi.get().status_code, new.get().status_code] == [200, 200]
    page = admin_client.get(address(credential))
    assert second not in page.content.decode()
    (_, old) = [secret for secret, _ in page.context["secrets"]]
    retire = address(credential, f"retire/{old.pk}")
    assert "are refused from this moment on" in text_of(admin_client.get(retire))
    assert admin_client.post(retire).status_code == 302
    assert [xapi.get().status_code, new.get().status_code] == [401, 200]
    assert second not in str([entry.__dict__ for entry in LogEntry.objects.all()])
    assert LogEntry.objects.count() == 2


def test_the_old_secret_can_end_by_itself(admin_client, credential):
    tomorrow = timezone.localtime() + timedelta(days=1)
    admin_client.post(address(credential, "rotate"), {"old_expires": f"{tomorrow:%Y-%m-%dT%H:%M}"})
    old = credential.secrets.earliest("pk")
    assert abs(old.expires - tomorrow) < timedelta(minutes=1)


def test_a_third_secret_and_a_past_end_are_refused_with_the_reason(admin_client, credential):
    past = admin_client.post(address(credential, "rotate"), {"old_expires": "2020-01-01T00:00"})
    assert "The time of expiry is past." in text_of(past)
    assert credential.secrets.count() == 1
    admin_client.post(address(credential, "rotate"))
    third = admin_client.post(address(credential, "rotate"))
    assert "withdraw the old one first" in text_of(third)
    assert credential.secrets.count() == 2


def test_the_only_secret_cannot_be_retired(admin_client, credential, xapi):
    only = credential.secrets.get()
    page = admin_client.post(address(credential, f"retire/{only.pk}"), follow=True)
    assert "It is the only secret" in text_of(page)
    assert xapi.get().status_code == 200


def test_a_secret_of_another_credential_is_not_found(admin_client, store, credential):
    other = issue_credential(store=store, label="Other", scopes=["all"]).credential
    strange = address(credential, f"retire/{other.secrets.get().pk}")
    assert admin_client.get(strange).status_code == 404


def test_a_credential_is_revoked_at_once_and_then_only_read(admin_client, credential, xapi):
    assert xapi.get().status_code == 200
    assert "cannot be undone" in text_of(admin_client.get(address(credential, "revoke")))
    assert xapi.get().status_code == 200  # a question changes nothing
    admin_client.post(address(credential, "revoke"))
    assert xapi.get().status_code == 401
    page = text_of(admin_client.get(address(credential)))
    assert "Issue a second secret" not in page
    assert "Save" not in page
    assert admin_client.post(address(credential, "rotate")).status_code == 403


def test_who_may_only_look_changes_nothing(credential, xapi):
    looking = staff("view_credential", "view_store")
    assert looking.get(address(credential)).status_code == 200
    for end in ("rotate", "revoke", f"retire/{credential.secrets.get().pk}"):
        assert looking.post(address(credential, end)).status_code == 403
        assert looking.get(address(credential, end)).status_code == 403
    looking.post(
        "/admin/lrs/credential/", {"action": "revoke", "_selected_action": [credential.pk]}
    )
    assert looking.get("/admin/lrs/credential/add/").status_code == 403
    assert xapi.get().status_code == 200
    store = f"/admin/lrs/store/{credential.store_id}/authority/"
    assert looking.get(store).status_code == 200
    assert looking.post(store, {"template": "", "save": "1"}).status_code == 403


def test_who_may_not_look_sees_nothing(credential):
    stranger = staff()
    for page in (
        "/admin/lrs/credential/",
        address(credential),
        address(credential, "rotate"),
        f"/admin/lrs/store/{credential.store_id}/authority/",
    ):
        assert stranger.get(page).status_code == 403, page


@pytest.mark.parametrize("page", ["connect", "recent"])
def test_the_page_of_a_store_shows_each_part_to_who_may_look_at_it(
    admin_client, credential, xapi, page
):
    assert xapi.post(a_statement()).status_code == 200
    address = f"/admin/lrs/store/{credential.store_id}/{page}/"
    may_store = text_of(staff("view_store").get(address))
    assert "1 statement arrived" in may_store
    assert "Ana Núñez" not in may_store
    assert credential.key not in may_store
    assert "no credential yet" not in may_store
    assert "Ana Núñez" in text_of(staff("view_store", "view_statement").get(address))
    keys = text_of(staff("view_store", "view_credential").get(address))
    assert (credential.key in keys) == (page == "connect")


def test_credentials_that_are_revoked_together_are_noted_each_once(admin_client, store):
    for label in ("one", "two"):
        issue_credential(store=store, label=label, scopes=["all"])
    chosen = list(Credential.objects.values_list("pk", flat=True))
    for _ in range(2):
        admin_client.post(
            "/admin/lrs/credential/", {"action": "revoke", "_selected_action": chosen}
        )
    assert not Credential.objects.filter(revoked=None).exists()
    noted = LogEntry.objects.values_list("object_id", flat=True)
    assert sorted(noted) == sorted(map(str, chosen))


def test_the_list_asks_no_more_for_more_credentials(admin_client, store):
    issue_credential(store=store, label="one", scopes=["all"])
    few = len(queries_of(admin_client, "/admin/lrs/credential/"))
    for number in range(5):
        issue_credential(store=store, label=f"more {number}", scopes=["all"])
    assert len(queries_of(admin_client, "/admin/lrs/credential/")) == few


def test_a_template_is_previewed_then_saved_and_vouches(admin_client, store, issued, xapi):
    page = f"/admin/lrs/store/{store.pk}/authority/"
    preview = admin_client.post(page, {"template": TEMPLATE, "preview": "1"})
    assert f"c-{issued.credential.pk}" in text_of(preview)
    assert Store.objects.get().authority_template is None
    assert admin_client.post(page, {"template": TEMPLATE, "save": "1"}).status_code == 302
    xapi.put("16fd2706-8baf-433b-82eb-8c7fada847da", a_statement())
    authority = xapi.stored("16fd2706-8baf-433b-82eb-8c7fada847da")["authority"]
    assert authority["account"]["name"] == f"c-{issued.credential.pk}"
    admin_client.post(page, {"template": "", "save": "1"})
    assert Store.objects.get().authority_template is None


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{", "This is no JSON"),
        ("[]", "The authority is a JSON object"),
        ('{"mbox": "{label}"}', "mbox"),
        ('{"account": {"homePage": "{nobody}", "name": "x"}}', "There is no {nobody} here"),
    ],
)
def test_a_wrong_template_is_refused_with_the_reason(admin_client, store, template, reason):
    page = f"/admin/lrs/store/{store.pk}/authority/"
    answer = admin_client.post(page, {"template": template, "save": "1"})
    assert reason in text_of(answer)
    assert Store.objects.get().authority_template is None


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{", "Esto no es JSON"),
        ("[]", "La autoridad es un objeto JSON"),
        (
            '{"mbox": "{label}"}',
            "No da una autoridad válida (un agente, o un grupo anónimo de dos)",
        ),
        ('{"account": {"homePage": "{nobody}", "name": "x"}}', "Aquí no hay {nobody}; hay label,"),
    ],
)
def test_a_template_is_refused_in_the_language_of_whoever_looks(
    admin_client, store, template, reason
):
    answer = admin_client.post(
        f"/admin/lrs/store/{store.pk}/authority/",
        {"template": template, "save": "1"},
        headers={"Accept-Language": "es"},
    )
    assert reason in text_of(answer)
    assert Store.objects.get().authority_template is None


def test_changing_a_store_leaves_what_its_form_does_not_show(admin_client, store):
    Store.objects.filter(pk=store.pk).update(authority_template={"mbox": "mailto:x@x.example"})
    data = {"slug": "escuela", "name": "Otra", "default_version": "2.0.0"}
    assert admin_client.post(f"/admin/lrs/store/{store.pk}/change/", data).status_code == 302
    changed = Store.objects.get()
    assert (changed.name, changed.default_version) == ("Otra", "2.0.0")
    assert changed.authority_template == {"mbox": "mailto:x@x.example"}
    create_store(slug="taken", name="Taken")
    answer = admin_client.post(f"/admin/lrs/store/{store.pk}/change/", data | {"slug": "taken"})
    assert answer.status_code == 200  # the form again, with what is wrong
    assert Credential.objects.count() == 0


def test_a_credential_issued_here_expires(admin_client, store):
    soon = timezone.now() + timedelta(days=1)
    data = {"store": store.pk, "label": "x", "note": "n", "scopes": ["all"]}
    data |= {"expires_0": f"{soon:%Y-%m-%d}", "expires_1": f"{soon:%H:%M:%S}"}
    response = admin_client.post("/admin/lrs/credential/add/", data)
    key, secret = shown(response, "key"), shown(response, "secret")
    assert Xapi(basic(key, secret)).get().status_code == 200
    assert Credential.objects.get().expires is not None
