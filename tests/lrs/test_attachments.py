"""Attachments whose content travels with the statements: in by multipart/mixed, out by attachments=true."""

import hashlib
import secrets

import pytest
from django.core.files.storage import storages

from lrs.models import Attachment, Statement, StatementAttachment
from lrs.stores.services import create_store
from tests.lrs.conftest import a_statement, client_of, issued_for, new_id
from tests.lrs.multipart import BOUNDARY, attachment, json_part, message, part, post, read, sha256

ESSAY = b"Una redacci\xc3\xb3n\r\n--con guiones\r\n\r\n\x00\xff"


def with_essay(**changes):
    return a_statement(attachments=[attachment(ESSAY)], **changes)


def error_of(response):
    assert response.status_code == 400, response.content
    return response.json()["error"]


def nothing_stored():
    return not Statement.objects.exists() and not Attachment.objects.exists()


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_a_statement_comes_with_its_attachment_and_is_given_back_with_it(issued, version):
    xapi = client_of(issued, version)
    response = post(xapi, json_part(with_essay()), part(ESSAY))
    assert response.status_code == 200, response.content
    (statement_id,) = response.json()
    statement, contents = read(xapi.get(statementId=statement_id, attachments="true"))
    assert statement["id"] == statement_id
    assert contents == {sha256(ESSAY): ("text/plain", ESSAY)}


def test_put_takes_an_attachment_too(xapi):
    one = new_id()
    response = xapi.request(
        "PUT",
        f"/xapi/statements?statementId={one}",
        data=message(json_part(with_essay()), part(ESSAY)),
        content_type=f'multipart/mixed; boundary="{BOUNDARY}"',
    )
    assert response.status_code == 204, response.content
    _, contents = read(xapi.get(statementId=one, attachments="true"))
    assert contents[sha256(ESSAY)][1] == ESSAY


def test_statements_that_share_a_content_send_and_get_it_once(xapi):
    response = post(xapi, json_part([with_essay(), with_essay()]), part(ESSAY))
    assert response.status_code == 200
    assert Attachment.objects.count() == 1
    assert StatementAttachment.objects.count() == 2
    result, contents = read(xapi.get(attachments="true"))
    assert len(result["statements"]) == 2
    assert list(contents) == [sha256(ESSAY)]


def test_a_content_that_comes_again_later_is_kept_once(xapi):
    for _ in range(2):
        assert post(xapi, json_part(with_essay()), part(ESSAY)).status_code == 200
    assert Attachment.objects.count() == 1
    assert Statement.objects.count() == 2


def test_only_the_contents_of_the_statements_on_the_page_are_sent(xapi):
    other = b"otra cosa"
    post(xapi, json_part(with_essay()), part(ESSAY))
    post(xapi, json_part(a_statement(attachments=[attachment(other)])), part(other))
    _, contents = read(xapi.get(limit=1, attachments="true"))
    assert list(contents) == [sha256(other)]


def test_without_attachments_the_answer_is_json_and_carries_no_content(xapi):
    post(xapi, json_part(with_essay()), part(ESSAY))
    for response in (xapi.get(), xapi.get(attachments="false")):
        assert response["Content-Type"] == "application/json"
        assert ESSAY not in response.content


def test_attachments_true_is_multipart_even_when_there_are_none(xapi):
    result, contents = read(xapi.get(attachments="true"))
    assert result == {"statements": [], "more": ""}
    assert contents == {}


def test_head_has_the_same_headers_and_no_body(xapi):
    post(xapi, json_part(with_essay()), part(ESSAY))
    response = xapi.request("HEAD", "/xapi/statements?attachments=true")
    again = xapi.get(attachments="true")
    assert response.content == b""
    assert response["Content-Length"] == again["Content-Length"]
    assert response["Content-Type"].startswith("multipart/mixed; boundary=")


def test_more_keeps_attachments(xapi):
    post(xapi, json_part([with_essay(), a_statement()]), part(ESSAY))
    result, contents = read(xapi.get(attachments="true", limit=1))
    assert contents == {}
    result, contents = read(xapi.request("GET", result["more"]))
    assert list(contents) == [sha256(ESSAY)]


@pytest.mark.parametrize("algorithm", ["sha224", "sha256", "sha384", "sha512"])
def test_every_sha_2_names_a_content(xapi, algorithm):
    digest = hashlib.new(algorithm, ESSAY).hexdigest()
    statement = a_statement(attachments=[attachment(ESSAY, sha2=digest)])
    response = post(xapi, json_part(statement), part(ESSAY, X_Experience_API_Hash=digest.upper()))
    assert response.status_code == 200, response.content
    _, contents = read(xapi.get(attachments="true"))
    assert contents == {digest: ("text/plain", ESSAY)}


def test_the_same_content_under_two_hashes_is_kept_once_and_sent_under_both(xapi):
    longer = hashlib.sha512(ESSAY).hexdigest()
    statement = a_statement(attachments=[attachment(ESSAY), attachment(ESSAY, sha2=longer)])
    parts = (part(ESSAY), part(ESSAY, X_Experience_API_Hash=longer))
    assert post(xapi, json_part(statement), *parts).status_code == 200
    assert Attachment.objects.count() == 1
    _, contents = read(xapi.get(attachments="true"))
    assert contents.keys() == {sha256(ESSAY), longer}


def test_a_substatements_attachment_is_taken_like_any_other(xapi):
    inner = {"objectType": "SubStatement", **with_essay()}
    assert post(xapi, json_part(a_statement(object=inner)), part(ESSAY)).status_code == 200
    _, contents = read(xapi.get(attachments="true"))
    assert list(contents) == [sha256(ESSAY)]


@pytest.mark.parametrize("content", [b"", b"\r\n", b"--", secrets.token_bytes(3_000_000)])
def test_any_bytes_come_back_as_they_were_whatever_their_number(xapi, content):
    statement = a_statement(attachments=[attachment(content)])
    assert post(xapi, json_part(statement), part(content)).status_code == 200
    _, contents = read(xapi.get(attachments="true"))
    assert contents[sha256(content)][1] == content


def test_multipart_without_attachments_or_with_linked_ones_only_is_fine(xapi):
    linked = a_statement(attachments=[attachment(ESSAY, fileUrl="https://x.example/f")])
    assert post(xapi, json_part(a_statement())).status_code == 200
    assert post(xapi, json_part(linked)).status_code == 200
    assert xapi.post(linked).status_code == 200
    assert not Attachment.objects.exists()


def test_a_linked_attachment_may_send_its_content_as_well(xapi):
    linked = a_statement(attachments=[attachment(ESSAY, fileUrl="https://x.example/f")])
    assert post(xapi, json_part(linked), part(ESSAY)).status_code == 200
    _, contents = read(xapi.get(attachments="true"))
    assert list(contents) == [sha256(ESSAY)]


def test_a_message_may_begin_with_a_line_break_and_end_with_words(xapi):
    body = b"\r\n" + message(json_part(a_statement()), end=b"--\r\nepilogue")
    response = xapi.post(body, content_type=f'multipart/mixed; boundary="{BOUNDARY}"')
    assert response.status_code == 200


def test_a_missing_transfer_encoding_means_binary(xapi):
    response = post(xapi, json_part(with_essay()), part(ESSAY, Content_Transfer_Encoding=None))
    assert response.status_code == 200


def test_the_content_of_an_unlinked_attachment_has_to_come(xapi):
    error = error_of(xapi.post(with_essay()))
    assert error["path"] == "/attachments/0"
    assert "multipart" in error["advice"]
    error = error_of(post(xapi, json_part([a_statement(), with_essay()])))
    assert error["path"] == "/1/attachments/0"
    assert nothing_stored()


def test_a_content_that_the_store_has_already_still_has_to_come(xapi):
    post(xapi, json_part(with_essay()), part(ESSAY))
    assert xapi.post(with_essay()).status_code == 400


def test_a_part_that_no_attachment_has_is_refused(xapi):
    for body in (json_part(with_essay()), json_part([])):
        parts = (part(ESSAY), part(b"excess")) if b"sha2" in body else (part(b"excess"),)
        assert sha256(b"excess") in error_of(post(xapi, body, *parts))["message"]
    assert nothing_stored()


def test_a_content_that_does_not_have_its_hash_is_refused(xapi):
    response = post(
        xapi, json_part(with_essay()), part(ESSAY + b"\n", X_Experience_API_Hash=sha256(ESSAY))
    )
    assert "SHA-2" in error_of(response)["message"]
    assert nothing_stored()


@pytest.mark.parametrize(
    ("headers", "word"),
    [
        ({"X_Experience_API_Hash": None}, "X-Experience-API-Hash"),
        ({"X_Experience_API_Hash": "abc"}, "SHA-2"),
        ({"X_Experience_API_Hash": "z" * 64}, "SHA-2"),
        ({"X_Experience_API_Hash": "a" * 60}, "SHA-2"),
        ({"Content_Transfer_Encoding": "base64"}, "base64"),
        ({"Content_Type": "image/png"}, "image/png"),
        ({"Content_Type": "text/html"}, "text/html"),
        ({"Content_Length": "7"}, "7"),
        ({"Content_Length": "many"}, "Content-Length"),
    ],
)
def test_a_part_whose_headers_are_missing_or_say_something_else_is_refused(xapi, headers, word):
    error = error_of(post(xapi, json_part(with_essay()), part(ESSAY, **headers)))
    assert word in error["message"]
    assert nothing_stored()


@pytest.mark.parametrize(
    ("declared", "sent"),
    [
        ("text/plain; charset=UTF-8", "text/plain"),
        ("text/plain", 'Text/Plain; charset="utf-8"'),
        ("text/plain; charset=UTF-8", 'text/plain;charset="utf-8"'),
        ("image/svg+xml", None),
    ],
)
def test_a_content_type_is_the_same_however_it_is_written(xapi, declared, sent):
    statement = a_statement(attachments=[attachment(ESSAY, contentType=declared)])
    assert post(xapi, json_part(statement), part(ESSAY, Content_Type=sent)).status_code == 200
    _, contents = read(xapi.get(attachments="true"))
    assert contents[sha256(ESSAY)][0] == declared


def test_a_right_content_length_is_fine_and_the_hash_alone_decides_without_one(xapi):
    right = part(ESSAY, Content_Length=str(len(ESSAY)))
    assert post(xapi, json_part(with_essay()), right).status_code == 200
    # Both suites send such a statement (the length of a picture, its hexadecimal form as content) and want a 200.
    off = a_statement(attachments=[attachment(ESSAY, length=3)])
    assert post(xapi, json_part(off), part(ESSAY)).status_code == 200
    assert Attachment.objects.get().length == len(ESSAY)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/mixed", message(json_part(a_statement()))),
        ("multipart/mixed; boundary=", message(json_part(a_statement()))),
        (
            "multipart/mixed; boundary=" + "x" * 71,
            message(json_part(a_statement()), boundary="x" * 71),
        ),
        ("multipart/mixed; boundary=other", message(json_part(a_statement()))),
        ("multipart/mixed; boundary=b", b""),
        ("multipart/mixed; boundary=b", b"--b--\r\n"),
        ("multipart/mixed; boundary=b", json_part(a_statement()) + b"\r\n--b--\r\n"),
        ("multipart/mixed; boundary=b", message(json_part(a_statement()), boundary="b", end=b"")),
        (
            "multipart/mixed; boundary=b",
            message(json_part(a_statement()), boundary="b", end=b"\r\n"),
        ),
        (
            "multipart/mixed; boundary=b",
            message(json_part(a_statement()), boundary="b").replace(b"\r\n", b"\n"),
        ),
        (
            "multipart/mixed; boundary=b",
            message(json_part(a_statement(), "text/plain"), boundary="b"),
        ),
        (
            "multipart/mixed; boundary=b",
            message(part(ESSAY), json_part(with_essay()), boundary="b"),
        ),
        ("multipart/mixed; boundary=b", message(b"\r\n{}", boundary="b")),
        ("multipart/mixed; boundary=b", message(json_part(b"{"), boundary="b")),
        ("multipart/mixed; boundary=b", message(b"Bad Header\r\n\r\n{}", boundary="b")),
        (
            "multipart/mixed; boundary=b",
            message(json_part(a_statement()), json_part(a_statement()), boundary="b"),
        ),
    ],
)
def test_a_message_that_is_not_multipart_or_does_not_begin_with_statements_is_refused(
    xapi, content_type, body
):
    assert error_of(xapi.post(body, content_type=content_type))["message"]
    assert nothing_stored()


def test_a_part_and_a_request_have_their_limits(xapi, settings):
    settings.ATTACHMENT_MAX_BYTES = len(ESSAY) - 1
    response = post(xapi, json_part(with_essay()), part(ESSAY))
    assert response.status_code == 413
    settings.ATTACHMENT_MAX_BYTES = len(ESSAY)
    settings.ATTACHMENT_MAX_REQUEST_BYTES = 1024
    padded = with_essay(result={"response": "x" * 1024})
    assert post(xapi, json_part(padded), part(ESSAY)).status_code == 413
    settings.ATTACHMENT_MAX_REQUEST_BYTES = 100_000
    settings.XAPI_MAX_BODY_BYTES = 1024
    assert post(xapi, json_part(padded), part(ESSAY)).status_code == 413
    assert nothing_stored()


def test_a_message_of_thousands_of_parts_is_refused(xapi):
    response = post(xapi, json_part(a_statement()), *[part(b"x")] * 1_500)
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "too-many-parts"


def test_types_outside_of_the_allow_list_are_refused(xapi, settings):
    settings.ATTACHMENT_CONTENT_TYPES = ["image/*", "application/pdf"]
    assert (
        error_of(post(xapi, json_part(with_essay()), part(ESSAY)))["code"] == "attachment-refused"
    )
    picture = a_statement(attachments=[attachment(ESSAY, contentType="Image/PNG")])
    assert post(xapi, json_part(picture), part(ESSAY, Content_Type="image/png")).status_code == 200


def test_a_statement_that_is_refused_leaves_no_content_behind(xapi):
    wrong = with_essay(actor={"mbox": "mailto:undefined"})
    assert post(xapi, json_part(wrong), part(ESSAY)).status_code == 400
    assert nothing_stored()


def test_the_same_statement_again_is_fine_with_its_attachment(xapi):
    statement = with_essay(id=new_id())
    for _ in range(2):
        assert post(xapi, json_part(statement), part(ESSAY)).status_code == 200
    assert StatementAttachment.objects.count() == 1


def test_two_stores_keep_the_same_content_apart(xapi):
    other = client_of(issued_for(create_store(slug="otra", name="Otra")))
    post(xapi, json_part(with_essay()), part(ESSAY))
    post(other, json_part(with_essay()), part(ESSAY))
    first, second = Attachment.objects.all()
    assert first.name != second.name
    assert storages["attachments"].exists(first.name)
    assert storages["attachments"].exists(second.name)


def test_a_credential_for_its_own_statements_gets_their_contents_only(store, xapi):
    mine = client_of(issued_for(store, "statements/write", "statements/read/mine"))
    post(xapi, json_part(with_essay()), part(ESSAY))
    # Knowing a hash is not having the content.
    linked = a_statement(attachments=[attachment(ESSAY, fileUrl="https://x.example/f")])
    assert mine.post(linked).status_code == 200
    result, contents = read(mine.get(attachments="true"))
    assert len(result["statements"]) == 1
    assert contents == {}
