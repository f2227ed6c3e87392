"""The content of one attachment, asked for by its hash: who gets it, and that it can do nothing in a browser."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.storage import storages
from django.urls import reverse

from lrs.attachments.serving import served_type
from lrs.models import Attachment, StatementAttachment
from lrs.stores.services import create_store
from tests.lrs.conftest import Xapi, a_statement, client_of, issued_for
from tests.lrs.multipart import attachment, json_part, part, post, sha256

PAGE = b"<script>alert(document.cookie)</script>"


@pytest.fixture
def kept(xapi):
    statement = a_statement(attachments=[attachment(PAGE, contentType="text/html")])
    assert post(xapi, json_part(statement), part(PAGE, Content_Type="text/html")).status_code == 200
    return reverse("attachment", args=[sha256(PAGE)])


def test_a_client_of_the_store_gets_the_content_as_a_download_that_runs_nothing(xapi, kept):
    response = xapi.request("GET", kept)
    assert b"".join(response.streaming_content) == PAGE
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["Content-Length"] == str(len(PAGE))
    assert "no-store" in response["Cache-Control"]


def test_nobody_else_gets_it(store, kept):
    other = client_of(issued_for(create_store(slug="otra", name="Otra")))
    assert other.request("GET", kept).status_code == 404
    assert Xapi(None).request("GET", kept).status_code == 401
    for scope in ("statements/write", "statements/read/mine", "state"):
        assert client_of(issued_for(store, scope)).request("GET", kept).status_code == 403
    reader = client_of(issued_for(store, "statements/read"))
    assert reader.request("GET", kept).status_code == 200
    assert reader.request("POST", kept).status_code == 405


def test_staff_need_the_permission(client, store, kept):
    address = reverse("attachment-for-staff", args=[store.slug, sha256(PAGE)])
    assert client.get(address).status_code == 403
    person = get_user_model().objects.create_user(
        "staff", password="a password of hers", is_staff=True
    )
    client.force_login(person)
    assert client.get(address).status_code == 403
    person.user_permissions.add(Permission.objects.get(codename="view_attachment"))
    client.force_login(person)
    response = client.get(address)
    assert b"".join(response.streaming_content) == PAGE
    assert "sandbox" in response["Content-Security-Policy"]
    assert (
        client.get(reverse("attachment-for-staff", args=["otra", sha256(PAGE)])).status_code == 404
    )


def test_a_content_that_no_statement_has_is_not_there(xapi, kept):
    StatementAttachment.objects.all().delete()
    assert xapi.request("GET", kept).status_code == 404
    assert xapi.request("GET", "/attachments/abc").status_code == 404


def test_a_content_that_the_storage_lost_is_a_503(xapi, kept):
    storages["attachments"].delete(Attachment.objects.get().name)
    response = xapi.request("GET", kept)
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "attachment-unavailable"


@pytest.mark.parametrize(
    ("declared", "served"),
    [
        ("image/png", "image/png"),
        ("Text/Plain; charset=ascii", "text/plain"),
        ("application/pdf", "application/pdf"),
        ("image/svg+xml", "application/octet-stream"),
        ("text/html", "application/octet-stream"),
        ("application/xhtml+xml", "application/octet-stream"),
        ("text/javascript", "application/octet-stream"),
        ("text/xml", "application/octet-stream"),
        ("image/png\r\nX: y", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_what_a_browser_could_run_is_called_octets(declared, served):
    assert served_type(declared) == served
