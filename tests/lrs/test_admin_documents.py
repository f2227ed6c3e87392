"""Documents and attachments in the administration: found, read as text that runs nothing, downloaded sealed."""

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from lrs.admin.words import DOCUMENT_KINDS
from lrs.models import Activity, Attachment, Document
from lrs.stores.services import create_store
from lrs.xapi.documents import Resource
from tests.lrs.admin import admin_client, plain_static_files, queries_of, staff, text_of
from tests.lrs.conftest import a_statement, client_of, issued_for, new_id
from tests.lrs.documenting import ACTIVITY, ACTIVITY_PROFILE, AGENT_PROFILE, STATE, Documents
from tests.lrs.multipart import attachment, json_part, part, post

__all__ = ["admin_client", "plain_static_files"]

LIST = "/admin/lrs/document/"
EVIL = "<script>alert(1)</script>"


def put(xapi, resource, name, content, content_type):
    return Documents(xapi, resource).send(
        "PUT", name, content, Content_Type=content_type, If_None_Match="*"
    )


@pytest.fixture
def documents(xapi):
    """A state, an activity profile and an agent profile."""
    for resource, name in (
        (STATE, "bookmark"),
        (ACTIVITY_PROFILE, "rules"),
        (AGENT_PROFILE, "likes"),
    ):
        answer = put(xapi, resource, name, b'{"page": 3}', "application/json")
        assert answer.status_code == 204, answer.content


def names(page):
    return sorted(document.name for document in page.context["cl"].result_list)


def found(client, **query):
    page = client.get(LIST, query)
    assert page.status_code == 200
    return names(page)


def test_documents_are_listed_by_kind_store_and_what_they_are_about(admin_client, documents, store):
    assert set(DOCUMENT_KINDS) == set(Resource)
    assert found(admin_client) == ["bookmark", "likes", "rules"]
    assert found(admin_client, kind="state") == ["bookmark"]
    assert found(admin_client, kind="activity_profile") == ["rules"]
    assert found(admin_client, kind="agent_profile") == ["likes"]
    assert found(admin_client, q="rules") == ["rules"]
    assert found(admin_client, q=ACTIVITY) == ["bookmark", "rules"]
    assert found(admin_client, q="mailto:ana@escuela.example") == ["bookmark", "likes"]
    assert found(admin_client, q="nothing") == []
    other = create_store(slug="other", name="Other")
    assert found(admin_client, store__id__exact=other.pk) == []
    assert len(found(admin_client, store__id__exact=store.pk)) == 3


def a_document(xapi, content, content_type):
    put(xapi, STATE, "it", content, content_type)
    return Document.objects.get(name="it")


@pytest.mark.parametrize("content_type", ["text/html", "application/json", "image/svg+xml"])
def test_a_document_is_shown_as_text_and_never_runs(admin_client, xapi, content_type):
    content = f'"{EVIL}"'.encode()
    document = a_document(xapi, content, content_type)
    page = admin_client.get(f"{LIST}{document.pk}/change/").content.decode()
    assert EVIL not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    download = admin_client.get(f"{LIST}{document.pk}/content/")
    assert b"".join(download.streaming_content) == content
    assert download["Content-Disposition"].startswith("attachment;")
    assert download["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert download["X-Content-Type-Options"] == "nosniff"
    assert download["Content-Type"] in {"application/json", "application/octet-stream"}


@pytest.mark.parametrize(
    ("content", "content_type", "shown"),
    [
        (b'{"a":{"b":1}}', "application/json", '{ "a": { "b": 1 } }'),
        (b'"\\ud83d"', "application/json", '"?"'),
        (b'{"a":1,"a":2}', "application/json", '{"a":1,"a":2}'),
        (bytes(range(256)), "application/octet-stream", "It is no text"),
        (b"a\0b", "text/plain", "It is no text"),
        ("á" * 100_001, "text/plain", "Only its beginning is shown."),
    ],
)
def test_whatever_a_document_holds_its_page_shows(admin_client, xapi, content, content_type, shown):
    body = content if isinstance(content, bytes) else content.encode()
    document = a_document(xapi, body, content_type)
    page = admin_client.get(f"{LIST}{document.pk}/change/")
    assert page.status_code == 200
    assert shown in text_of(page)


def test_a_list_of_documents_reads_no_content_counts_nothing_and_asks_no_more_for_more(
    admin_client, xapi, documents
):
    few = queries_of(admin_client, LIST)
    for number in range(6):
        put(xapi, STATE, f"more{number}", b"{}", "application/json")
    more = queries_of(admin_client, f"{LIST}?q=")
    assert len(more) == len(few)
    of_documents = [sql for sql in more if 'FROM "lrs_document"' in sql]
    assert of_documents
    assert not any("COUNT(" in sql for sql in of_documents)
    assert not any('"lrs_document"."content",' in sql for sql in of_documents)
    assert not any('"lrs_activity"."definition"' in sql for sql in of_documents)


ATTACHMENTS = "/admin/lrs/attachment/"


def attached(xapi, content, content_type="text/plain"):
    statement_id = new_id()
    statement = a_statement(
        id=statement_id, attachments=[attachment(content, contentType=content_type)]
    )
    answer = post(xapi, json_part(statement), part(content, Content_Type=content_type))
    assert answer.status_code == 200, answer.content
    return statement_id


def test_an_attachment_shows_its_statements_and_whether_it_was_scanned(admin_client, xapi):
    ids = [attached(xapi, b"tarea"), attached(xapi, b"tarea")]
    kept = Attachment.objects.get()
    page = text_of(admin_client.get(f"{ATTACHMENTS}{kept.pk}/change/"))
    assert all(statement_id in page for statement_id in ids)
    assert kept.sha2 in page
    assert "Not scanned" in page
    Attachment.objects.update(scanned=timezone.now())
    assert "Nothing found" in text_of(admin_client.get(f"{ATTACHMENTS}{kept.pk}/change/"))


def test_attachments_are_found_by_hash_statement_and_scan(admin_client, xapi):
    first, second = attached(xapi, b"uno"), attached(xapi, b"dos")
    kept = {one.sha2 for one in Attachment.objects.all()}
    assert len(kept) == 2

    def listed(**query):
        page = admin_client.get(ATTACHMENTS, query)
        return {one.sha2 for one in page.context["cl"].result_list}

    for sha2 in kept:
        assert listed(q=sha2.upper()) == {sha2}
    assert len(listed(q=first)) == len(listed(q=second)) == 1
    assert listed(q=first) != listed(q=second)
    assert listed(q=new_id()) == set()
    assert listed(scanned__isempty="1") == kept
    assert listed(scanned__isempty="0") == set()


def test_an_attachment_is_downloaded_sealed_and_a_lost_one_is_told(admin_client, xapi):
    attached(xapi, EVIL.encode(), "text/html")
    kept = Attachment.objects.get()
    download = admin_client.get(f"{ATTACHMENTS}{kept.pk}/content/")
    assert b"".join(download.streaming_content) == EVIL.encode()
    assert download["Content-Type"] == "application/octet-stream"
    assert download["Content-Disposition"].startswith("attachment;")
    storages["attachments"].delete(kept.name)
    page = admin_client.get(f"{ATTACHMENTS}{kept.pk}/content/", follow=True)
    assert "The storage of attachments does not give it" in text_of(page)


def test_a_list_of_attachments_counts_nothing_and_asks_no_more_for_more(admin_client, xapi):
    attached(xapi, b"one")
    few = queries_of(admin_client, ATTACHMENTS)
    for number in range(4):
        attached(xapi, b"more %d" % number)
    more = queries_of(admin_client, ATTACHMENTS)
    assert len(more) == len(few)
    assert not any("COUNT(" in sql for sql in more if 'FROM "lrs_attachment"' in sql)


def test_documents_and_attachments_are_for_who_may_look_and_cannot_be_changed(
    admin_client, xapi, documents
):
    attached(xapi, b"tarea")
    pages = {
        "view_document": f"{LIST}{Document.objects.first().pk}",
        "view_attachment": f"{ATTACHMENTS}{Attachment.objects.get().pk}",
    }
    for permission, page in pages.items():
        may = staff(permission)
        for end in ("content/", "change/"):
            assert may.get(f"{page}/{end}").status_code == 200
        assert admin_client.post(f"{page}/change/", {"name": "x"}).status_code == 403
        assert admin_client.get(f"{page}/delete/").status_code == 403
        may.logout()
    stranger = staff("view_store", "view_verb")
    for page in (
        LIST,
        ATTACHMENTS,
        *(f"{page}/{end}" for page in pages.values() for end in ("content/", "change/")),
    ):
        assert stranger.get(page).status_code == 403, page


def test_documents_of_another_store_with_the_same_activity_are_told_apart(
    admin_client, xapi, documents
):
    other = create_store(slug="other", name="Other")
    put(client_of(issued_for(other)), STATE, "theirs", b"{}", "application/json")
    assert Activity.objects.filter(iri=ACTIVITY).count() == 2
    assert found(admin_client, q=ACTIVITY, store__id__exact=other.pk) == ["theirs"]
