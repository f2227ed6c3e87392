"""What every resource shares: HEAD, compression, CORS, the version and the times that the headers say."""

import gzip
import json
import zlib
from email.utils import parsedate_to_datetime
from io import BytesIO

import pytest

from lrs.models import Statement
from lrs.xapi import timestamps
from tests.lrs.conftest import a_statement, client_of, issued_for, new_id

THROUGH = "X-Experience-API-Consistent-Through"
GZIP = {"Accept-Encoding": "gzip"}


def compressed(value):
    return gzip.compress(json.dumps(value).encode())


def test_a_compressed_body_is_taken(xapi):
    response = xapi.post(compressed([a_statement()] * 3), headers={"Content-Encoding": "gzip"})
    assert response.status_code == 200
    assert len(xapi.ids()) == 3


def test_a_compressed_body_in_several_members_is_taken(xapi):
    text = json.dumps(a_statement()).encode()
    body = gzip.compress(text[:50]) + gzip.compress(text[50:])
    assert xapi.post(body, headers={"Content-Encoding": "x-gzip"}).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        compressed(a_statement())[:-9],
        compressed(a_statement())[:-4] + b"\0\0\0\0",
        compressed(a_statement()) + b"more",
        zlib.compress(json.dumps(a_statement()).encode()),
    ],
)
def test_a_body_that_is_not_compressed_as_it_says_is_refused(xapi, body):
    response = xapi.post(body, headers={"Content-Encoding": "gzip"})
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "content-encoding"
    assert not Statement.objects.exists()


def test_a_small_body_that_unpacks_to_a_huge_one_is_refused_at_the_limit(xapi, settings):
    settings.XAPI_MAX_BODY_BYTES = 100_000
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < settings.XAPI_MAX_BODY_BYTES
    response = xapi.post(bomb, headers={"Content-Encoding": "gzip"})
    assert response.status_code == 413


def test_an_answer_is_compressed_for_whoever_takes_it(xapi):
    xapi.post([a_statement()] * 5)
    plain, packed = xapi.get(), xapi.get(extra={"headers": GZIP})
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert packed["Vary"] == "Accept-Encoding"
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content)
    assert gzip.decompress(packed.content) == plain.content


@pytest.mark.parametrize("encoding", [{}, GZIP])
@pytest.mark.parametrize("parameters", [{}, {"limit": "x"}, {"statementId": new_id()}])
def test_head_has_the_headers_of_get_and_no_body(xapi, encoding, parameters):
    xapi.post([a_statement()] * 5)
    got = xapi.get(**parameters, extra={"headers": encoding})
    head = xapi.request("HEAD", "/xapi/statements", query_params=parameters, headers=dict(encoding))
    assert head.status_code == got.status_code
    assert head.content == b""
    varying = {THROUGH, "Content-Length"}
    assert {name for name, _ in head.items()} - varying == {
        name for name, _ in got.items()
    } - varying
    for name, value in head.items():
        assert name in varying or value == got[name]
    if "Content-Encoding" not in got:
        assert head["Content-Length"] == str(len(got.content))


def test_last_modified_is_when_the_statement_was_stored(xapi):
    (one,) = xapi.post(a_statement()).json()
    response = xapi.get(statementId=one)
    stored = timestamps.parse(response.json()["stored"])
    assert parsedate_to_datetime(response["Last-Modified"]) == stored.replace(microsecond=0)


def test_every_answer_of_the_statements_resource_says_what_is_consistent(xapi, store):
    reader = client_of(issued_for(store, "statements/read"))
    answers = [
        xapi.post(a_statement()),
        xapi.post({}),
        xapi.put(new_id(), a_statement()),
        xapi.get(),
        xapi.get(limit="x"),
        xapi.get(statementId=new_id()),
        xapi.request("DELETE", "/xapi/statements"),
        client_of(issued_for(store), version=None).get(),
        reader.post(a_statement()),
    ]
    for response in answers:
        timestamps.parse(response[THROUGH])


@pytest.mark.parametrize("path", ["/xapi/statements", "/xapi/about", "/xapi/activities/state"])
def test_a_preflight_is_answered_for_every_resource(client, path):
    headers = {"Origin": "https://h5p.example", "Access-Control-Request-Method": "PUT"}
    response = client.options(path, headers=headers)
    assert response.status_code in (200, 204)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "GET" in response["Access-Control-Allow-Methods"]
    assert "If-Match" in response["Access-Control-Allow-Headers"]


def test_what_a_browser_may_read_is_named_on_answers_and_on_errors(xapi, client):
    for response in (xapi.get(), xapi.get(limit="x"), client.get("/xapi/statements")):
        assert response["Access-Control-Allow-Origin"] == "*"
        exposed = response["Access-Control-Expose-Headers"]
        for name in ("ETag", "Last-Modified", "X-Experience-API-Version", THROUGH):
            assert name in exposed


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_an_answer_names_the_version_that_it_was_made_in_errors_too(issued, version):
    xapi = client_of(issued, version)
    for response in (
        xapi.post(a_statement()),
        xapi.get(limit="x"),
        xapi.request("PATCH", "/xapi/statements"),
    ):
        assert response["X-Experience-API-Version"] == version


def test_one_store_is_spoken_to_in_both_versions(issued):
    one, two = client_of(issued, "1.0.3"), client_of(issued, "2.0.0")
    first, second = one.post(a_statement()).json() + two.post(a_statement()).json()
    assert two.stored(first)["version"] == "1.0.0"
    assert one.stored(second)["version"] == "2.0.0"


@pytest.mark.parametrize("end", [None, -5])
def test_statements_come_in_chunks_where_the_server_ends_the_body_and_are_whole_or_refused(
    xapi, end
):
    """The server is the test's: granian sets the same two keys. A broken connection looks like the end."""
    extra = {
        "CONTENT_TYPE": "application/json",
        "wsgi.input_terminated": True,
        "wsgi.input": BytesIO(json.dumps(a_statement()).encode()[:end]),
    }
    headers = {"Transfer-Encoding": "chunked"}
    response = xapi.request("POST", "/xapi/statements", headers=headers, **extra)
    assert response.status_code == (400 if end else 200)
    assert Statement.objects.count() == (0 if end else 1)
