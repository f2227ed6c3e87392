"""Communication 1: HEAD, headers, the alternate request syntax, encoding; 2.0: 4.1.2 and 4.1.3."""

import gzip
import json
from urllib.parse import urlencode

import pytest

from tests.lrs.conformance.examples import AGENT
from tests.lrs.conformance.table import V1, V2, Ask, answers, requests, requirement
from tests.lrs.conftest import a_statement, new_id

ACTIVITY = "https://escuela.example/course/1"
NEW = {"If-None-Match": "*"}
_STATE = {"activityId": ACTIVITY, "agent": AGENT, "stateId": "one"}
# Each resource that can be read, with parameters that find something once `fill` has run.
READABLE = {
    "statements": {},
    "activities/state": _STATE,
    "activities/profile": {"activityId": ACTIVITY, "profileId": "one"},
    "agents/profile": {"agent": AGENT, "profileId": "one"},
    "activities": {"activityId": ACTIVITY},
    "agents": {"agent": AGENT},
    "about": {},
}


def fill(lrs):
    lrs.stores(actor=AGENT, object={"id": ACTIVITY})
    for path in ("activities/state", "activities/profile", "agents/profile"):
        answer = lrs.do("PUT", path, {"a": 1}, headers=NEW, **READABLE[path])
        assert answer.status_code == 204, answer.content


@requirement(
    "Comm 1.1", "HEAD is answered as GET is, with the same status and headers, without a body"
)
@pytest.mark.parametrize("path", READABLE)
def test_head(lrs, path):
    fill(lrs)
    got = lrs.do("GET", path, **READABLE[path])
    head = lrs.do("HEAD", path, **READABLE[path])
    assert got.status_code == head.status_code == 200
    assert head.content == b""
    moving = {"X-Experience-API-Consistent-Through"}
    assert int(head["Content-Length"]) == len(got.content)  # which the web server adds for GET
    assert set(head.headers) - {"Content-Length"} == set(got.headers) - {"Content-Length"}
    for name in set(got.headers) - moving:
        assert got[name] == head[name], name


@requirement(
    "Comm 1.1", "HEAD of what is not there is a 404, of a wrong request a 400, both without a body"
)
def test_head_of_nothing(lrs):
    for parameters, status in (({"statementId": new_id()}, 404), ({"limit": "x"}, 400)):
        response = lrs.do("HEAD", "statements", **parameters)
        assert (response.status_code, response.content) == (status, b"")


@requirement(
    "Comm 1.2",
    "The headers of a page of another origin are answered (CORS), OPTIONS without a credential",
)
@pytest.mark.parametrize("path", READABLE)
def test_cors(lrs, path):
    asked = lrs.do(
        "OPTIONS",
        path,
        headers={
            "Origin": "https://x.example",
            "Authorization": None,
            "Access-Control-Request-Method": "GET",
        },
    )
    assert asked.status_code in (200, 204)
    assert asked["Access-Control-Allow-Origin"] == "*"
    allowed = asked["Access-Control-Allow-Headers"].lower()
    for name in (
        "authorization",
        "content-type",
        "x-experience-api-version",
        "if-match",
        "if-none-match",
    ):
        assert name in allowed
    got = lrs.do("GET", path, headers={"Origin": "https://x.example"}, **READABLE[path])
    assert got["Access-Control-Allow-Origin"] == "*"
    assert "x-experience-api-consistent-through" in got["Access-Control-Expose-Headers"].lower()


# --- 1.3 Alternate request syntax -----------------------------------------------------------------


def by_form(lrs, method, path, content=None, /, **parameters):
    """A request that carries everything in a form, as a page of an old browser sends it."""
    fields = {
        "Authorization": lrs.authorization,
        "X-Experience-API-Version": lrs.version,
        **{
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in parameters.items()
        },
    }
    if content is not None:
        fields |= {"content": json.dumps(content), "Content-Type": "application/json"}
    return lrs.http.generic(
        "POST",
        f"/xapi/{path}?method={method}",
        data=urlencode(fields).encode(),
        content_type="application/x-www-form-urlencoded",
    )


@requirement(
    "Comm 1.3", "POST with ?method= and a form is the request that the form describes", only=V1
)
def test_alternate_statements(lrs):
    first, second = new_id(), new_id()
    assert by_form(lrs, "PUT", "statements", a_statement(), statementId=first).status_code == 204
    assert by_form(lrs, "POST", "statements", a_statement(id=second)).json() == [second]
    assert by_form(lrs, "GET", "statements", statementId=first).json()["id"] == first
    found = by_form(
        lrs, "GET", "statements", agent=a_statement()["actor"], limit="1", ascending="true"
    )
    assert [one["id"] for one in found.json()["statements"]] == [first]


@requirement(
    "Comm 1.3", "The document resources take the alternate syntax too, conditions included", only=V1
)
@pytest.mark.parametrize("path", ["activities/state", "activities/profile", "agents/profile"])
def test_alternate_documents(lrs, path):
    place = READABLE[path]
    assert by_form(lrs, "PUT", path, {"a": 1}, **place, **NEW).status_code == 204
    assert by_form(lrs, "PUT", path, {"a": 1}, **place, **NEW).status_code == 412
    assert by_form(lrs, "POST", path, {"b": 2}, **place).status_code == 204
    assert by_form(lrs, "GET", path, **place).json() == {"a": 1, "b": 2}
    assert by_form(lrs, "DELETE", path, **place).status_code == 204
    assert by_form(lrs, "GET", path, **place).status_code == 404


@requirement("Comm 1.3", "The content of the form is read as UTF-8", only=V1)
def test_alternate_utf8(lrs):
    identity = new_id()
    name = "Ana Núñez 日本語 😀"
    by_form(
        lrs, "PUT", "statements", a_statement(actor=AGENT | {"name": name}), statementId=identity
    )
    assert lrs.stored(identity)["actor"]["name"] == name


@requirement(
    "Comm 1.3",
    "Every parameter but method stands in the form; one in the query is refused",
    only=V1,
)
def test_alternate_query(lrs):
    response = lrs.do("POST", f"statements?method=PUT&statementId={new_id()}", b"content=%7B%7D")
    assert response.status_code == 400
    assert lrs.ids() == []


@requirement("Comm 1.3", "A credential in the form counts, a wrong one is a 401", only=V1)
def test_alternate_authorization(lrs):
    lrs.authorization = "Basic eDp5"
    assert by_form(lrs, "GET", "statements").status_code == 401


@requirement(
    "2.0: 4.1.3", "2.0 has no alternate request syntax; what looks like it is a 400", only=V2
)
@pytest.mark.parametrize("method", ["PUT", "POST", "GET"])
def test_no_alternate_syntax(lrs, method):
    response = by_form(lrs, method, "statements", a_statement(), statementId=new_id())
    assert response.status_code == 400
    assert lrs.ids() == []


# --- 1.4 Encoding, 1.5 content types --------------------------------------------------------------

test_bodies = requests(
    "Comm 1.4",
    answers(
        400,
        "A body that is not UTF-8 is refused",
        *[
            Ask("POST", "statements", body=body)
            for body in (
                b'{"a":"\xff"}',
                b'{"\xc3\x28":1}',
                b"\xff\xfe{\x00}\x00",
                '{"a":"é"}'.encode("latin-1"),
            )
        ],
    ),
    answers(
        400,
        "A body that is not JSON is refused",
        *[
            Ask("POST", "statements", body=body)
            for body in (b"", b"{", b"{'a':1}", b"[1,]", b"{} {}", b"NaN", b"{a:1}", b"// x\n{}")
        ],
    ),
    answers(
        400,
        "A body that is JSON but no statement is refused",
        *[
            Ask("POST", "statements", body=body)
            for body in (b"1", b'"x"', b"null", b"true", b"{}", b"[1]", b"[null]")
        ],
    ),
)

test_content_types = requests(
    "Comm 1.5",
    answers(
        400,
        "Statements come as application/json or multipart/mixed",
        *[
            Ask("POST", "statements", body=a_statement(), headers={"Content-Type": kind})
            for kind in (
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/xml",
                "text/html",
            )
        ],
    ),
    answers(
        200,
        "application/json may have parameters, and any letter case",
        *[
            Ask("POST", "statements", body=a_statement(), headers={"Content-Type": kind})
            for kind in (
                "application/json; charset=utf-8",
                "application/json;charset=UTF-8",
                "Application/JSON",
            )
        ],
    ),
    answers(
        200,
        "A batch of statements without attachments, or with those that have a fileUrl, comes as application/json",
        Ask(
            "POST",
            "statements",
            body=[
                a_statement(),
                a_statement(
                    attachments=[
                        {
                            "usageType": "https://x.example/u",
                            "display": {},
                            "contentType": "text/plain",
                            "length": 1,
                            "sha2": "a" * 64,
                            "fileUrl": "https://x.example/f",
                        }
                    ]
                ),
            ],
        ),
    ),
)


@requirement(
    "Comm 1.5", "A body may be compressed by gzip, and an answer is where the client takes it"
)
def test_gzip(lrs):
    body = gzip.compress(json.dumps([a_statement()] * 20).encode())
    sent = lrs.do("POST", "statements", body, headers={"Content-Encoding": "gzip"})
    assert sent.status_code == 200, sent.content
    plain = lrs.do("GET", "statements")
    packed = lrs.do("GET", "statements", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.content)) == plain.json()
    assert "Accept-Encoding" in packed["Vary"]


@requirement(
    "Comm 3.1",
    "The ETag of a document is the same for a client that takes gzip, so that If-Match holds",
)
def test_gzip_and_etags(lrs):
    fill(lrs)
    plain = lrs.do("GET", "activities/state", **_STATE)
    packed = lrs.do("GET", "activities/state", headers={"Accept-Encoding": "gzip"}, **_STATE)
    assert plain["ETag"] == packed["ETag"]
