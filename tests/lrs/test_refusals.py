"""What is refused, and how the answer says what to do: credentials, versions, bodies, methods."""

import base64
import json
import secrets
from io import BytesIO

import pytest
from django.http import HttpRequest

from lrs.api.errors import ApiError
from lrs.api.http import read_body
from lrs.models import Statement
from lrs.stores.services import create_store, revoke_credential
from tests.lrs.conftest import Xapi, a_statement, basic, client_of, issued_for


def error_of(response):
    error = response.json()["error"]
    assert set(error) <= {"code", "message", "path", "advice"}
    assert error["code"]
    assert error["message"]
    return error


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "Basic",
        "Basic !!!",
        "Bearer abc",
        "Basic " + base64.b64encode(b"\xff\xfe").decode(),
        basic("nobody", "nothing"),
        basic("", ""),
        basic("a\0b", "c"),
        basic("x" * 5000, "y"),
    ],
)
def test_without_a_right_credential_the_answer_is_401_and_how_to_authenticate(db, authorization):
    response = Xapi(authorization).post(a_statement())
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith(("Basic realm=", "Bearer realm="))
    error_of(response)
    assert not Statement.objects.exists()


def test_a_wrong_secret_is_refused_even_after_the_right_one_was_used(xapi, issued):
    assert xapi.post(a_statement()).status_code == 200
    wrong = Xapi(basic(issued.key, issued.secret[:-1] + "x"))
    assert wrong.post(a_statement()).status_code == 401


def test_a_revoked_credential_opens_nothing(xapi, issued):
    assert xapi.post(a_statement()).status_code == 200
    revoke_credential(credential=issued.credential)
    assert xapi.post(a_statement()).status_code == 401


def test_a_credential_does_only_what_its_scopes_say(store):
    writer = client_of(issued_for(store, "statements/write"))
    reader = client_of(issued_for(store, "statements/read"))
    assert writer.post(a_statement()).status_code == 200
    refused = writer.get()
    assert refused.status_code == 403
    assert "statements/read" in error_of(refused)["advice"]
    assert reader.get().status_code == 200
    assert reader.post(a_statement()).status_code == 403


@pytest.mark.parametrize("default", ["1.0.3", "2.0.0"])
def test_a_missing_version_is_refused_with_the_stores_default_in_the_header(db, default):
    store = create_store(slug="s", name="S", default_version=default)
    response = client_of(issued_for(store), version=None).get()
    assert response.status_code == 400
    assert response["X-Experience-API-Version"] == default
    error_of(response)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("1.0", "1.0.3"),
        ("1.0.0", "1.0.3"),
        ("1.0.2", "1.0.3"),
        ("1.0.9", "1.0.3"),
        ("2.0.0", "2.0.0"),
    ],
)
def test_a_version_we_know_is_taken(issued, asked, answered):
    response = client_of(issued, version=asked).post(a_statement())
    assert response.status_code == 200
    assert response["X-Experience-API-Version"] == answered


@pytest.mark.parametrize("version", ["0.95", "1.1.0", "3.0", "1", "1.0.x", "latest"])
def test_a_version_we_do_not_know_is_refused(issued, version):
    response = client_of(issued, version=version).post(a_statement())
    assert response.status_code == 400
    assert "1.0.3" in error_of(response)["advice"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[{]",
        b"NaN",
        b'{"a":NaN}',
        b'{"a":1e99999999999999999999999}',
        b"\xff\xfe",
        b'"\xed\xa0\x80"',
        b"[" * 100_000,
        b'{"a":' * 600 + b"12345678901234567890" + b"}" * 600,
    ],
)
def test_a_body_that_is_not_json_is_refused(xapi, body):
    response = xapi.post(body)
    assert response.status_code == 400
    error_of(response)


@pytest.mark.parametrize(
    "body", [b"null", b"3", b'"text"', b"[null]", b"[[]]", b"{}", b"[3]", b"true"]
)
def test_json_that_is_no_statement_is_refused(xapi, body):
    response = xapi.post(body)
    assert response.status_code == 400
    error_of(response)


def test_data_nested_too_deep_is_refused_by_name(xapi):
    deep = json.loads("[" * 300 + "]" * 300)
    response = xapi.post(a_statement(result={"extensions": {"https://x.example/e": deep}}))
    assert response.status_code == 400
    assert "nested" in error_of(response)["message"]
    fits = json.loads("[" * 200 + "]" * 200)
    assert (
        xapi.post(a_statement(result={"extensions": {"https://x.example/e": fits}})).status_code
        == 200
    )


def test_a_body_over_the_limit_is_refused(xapi, settings):
    settings.XAPI_MAX_BODY_BYTES = 1024
    long = json.dumps(a_statement(result={"response": "x" * 2000})).encode()
    response = xapi.post(long)
    assert response.status_code == 413
    assert "1,024" in error_of(response)["message"]
    assert xapi.post(a_statement()).status_code == 200
    assert len(xapi.ids()) == 1


def test_a_body_that_says_no_length_is_read_only_as_far_as_a_client_may_need_to_hear_the_answer(
    settings,
):
    settings.XAPI_MAX_BODY_BYTES = 1024
    request = HttpRequest()
    request._stream = BytesIO(b"x" * 50_000)
    request._read_started = False
    with pytest.raises(ApiError, match="over the limit"):
        read_body(request)
    assert request._stream.tell() <= 5 * 1024 + 1


def test_a_body_in_chunks_without_a_length_is_refused_by_name(xapi):
    response = xapi.request(
        "POST",
        "/xapi/statements",
        content_type="application/json",
        CONTENT_TYPE="application/json",
        headers={"Transfer-Encoding": "chunked"},
    )
    assert response.status_code == 411
    assert "Content-Length" in error_of(response)["advice"]


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""],
)
def test_another_content_type_is_refused_and_the_right_ones_are_named(xapi, content_type):
    response = xapi.post(a_statement(), content_type=content_type)
    assert response.status_code == 400
    assert error_of(response)["code"] == "content-type"
    assert "application/json" in error_of(response)["message"]


def test_json_with_a_charset_is_json(xapi):
    assert (
        xapi.post(a_statement(), content_type="application/json; charset=utf-8").status_code == 200
    )


def test_a_body_in_another_coding_than_gzip_is_refused_by_name(xapi):
    response = xapi.post(b"\x1f\x8b", headers={"Content-Encoding": "br"})
    assert response.status_code == 415
    assert "br" in error_of(response)["message"]
    assert "gzip" in error_of(response)["advice"]


@pytest.mark.parametrize("method", ["DELETE", "PATCH"])
def test_another_method_is_refused_with_those_that_are_possible(xapi, method):
    response = xapi.request(method, "/xapi/statements")
    assert response.status_code == 405
    assert response["Allow"] == "POST, PUT, GET, HEAD, OPTIONS"
    error_of(response)


def test_thousands_of_faults_are_answered_with_one_of_them(xapi):
    response = xapi.post(a_statement(attachments=[{}] * 10_000))
    assert response.status_code == 400
    assert error_of(response)["path"].startswith("/attachments/")


def test_a_very_long_activity_type_is_stored_like_any_other(xapi):
    long_type = f"http://example.org/{secrets.token_hex(5_000)}"
    statement = a_statement(
        object={"id": "http://example.org/a", "definition": {"type": long_type}}
    )
    response = xapi.post(statement)
    assert response.status_code == 200
    (statement_id,) = response.json()
    assert xapi.stored(statement_id)["object"]["definition"]["type"] == long_type
