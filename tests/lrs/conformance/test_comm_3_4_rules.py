"""Communication 3 and 4: concurrency, error codes, versions, authentication; 2.0: 4.1.4, 4.1.6."""

import hashlib
import json

import pytest

from lrs.stores.services import create_store
from tests.lrs.conformance.examples import AGENT
from tests.lrs.conformance.table import V1, V2, Ask, answers, requests, requirement
from tests.lrs.conformance.test_comm_1_requests import READABLE, fill
from tests.lrs.conformance.test_comm_2_documents import (
    CONTEXTS,
    NEW,
    ONE,
    STATE,
    every_resource,
    get,
    put,
)
from tests.lrs.conftest import a_statement, basic, client_of, issued_for, new_id

profiles = pytest.mark.parametrize("path", [path for path in CONTEXTS if path != STATE])


@requirement(
    "Comm 3.1", "GET of a document says its ETag, the SHA-1 of the content in lower case, in quotes"
)
@every_resource
def test_etags(lrs, path):
    put(lrs, path, b'{"a": 1}')
    digest = hashlib.sha1(b'{"a": 1}', usedforsecurity=False).hexdigest()
    assert get(lrs, path)["ETag"] == f'"{digest}"'


@requirement("Comm 3.1", "Agents and activities say an ETag too")
def test_etags_of_others(lrs):
    fill(lrs)
    for path in ("agents", "activities"):
        assert lrs.do("GET", path, **READABLE[path])["ETag"].startswith('"')


@requirement("Comm 3.1", "If-Match with the ETag of the document lets PUT, POST and DELETE through")
@every_resource
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_if_match(lrs, path, method):
    put(lrs, path, {"a": 1})
    body = {"b": 2} if method != "DELETE" else None
    headers = {"If-Match": get(lrs, path)["ETag"]}
    assert lrs.do(method, path, body, headers=headers, **ONE[path]).status_code == 204


@requirement(
    "Comm 3.1", "If-Match with another ETag, or of no document, is a 412 and changes nothing"
)
@every_resource
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_if_match_fails(lrs, path, method):
    body = {"b": 2} if method != "DELETE" else None
    headers = {"If-Match": '"' + "0" * 40 + '"'}
    assert lrs.do(method, path, body, headers=headers, **ONE[path]).status_code == 412
    assert get(lrs, path).status_code == 404
    put(lrs, path, {"a": 1})
    response = lrs.do(method, path, body, headers=headers, **ONE[path])
    assert response.status_code == 412
    lrs.explains(response)
    assert get(lrs, path).json() == {"a": 1}


@requirement(
    "Comm 3.1",
    "If-None-Match: * lets a new document through; an existing one is a 412 and does not change",
)
@every_resource
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_if_none_match(lrs, path, method):
    assert lrs.do(method, path, {"a": 1}, headers=NEW, **ONE[path]).status_code == 204
    response = lrs.do(method, path, {"b": 2}, headers=NEW, **ONE[path])
    assert response.status_code == 412
    lrs.explains(response)
    assert get(lrs, path).json() == {"a": 1}


@requirement(
    "Comm 3.1", "PUT of a profile that is there, without a condition, is a 409 that says what to do"
)
@profiles
def test_put_over_a_profile(lrs, path):
    put(lrs, path, {"a": 1})
    response = lrs.do("PUT", path, {"b": 2}, **ONE[path])
    assert response.status_code == 409
    advice = lrs.explains(response)["advice"]
    assert "If-Match" in advice
    assert "GET" in advice
    assert get(lrs, path).json() == {"a": 1}


@requirement("Comm 3.1", "In 1.0.3 PUT of a new profile without a condition is a 400", only=V1)
@profiles
def test_put_of_a_new_profile_in_1(lrs, path):
    assert lrs.do("PUT", path, {"a": 1}, **ONE[path]).status_code == 400
    assert get(lrs, path).status_code == 404


@requirement("Comm 3.1", "In 1.0.3 state needs no condition, new or there", only=V1)
def test_put_of_state_in_1(lrs):
    for body in ({"a": 1}, {"b": 2}):
        assert lrs.do("PUT", STATE, body, **ONE[STATE]).status_code == 204
    assert get(lrs, STATE).json() == {"b": 2}


@requirement(
    "2.0: 4.1.4",
    "In 2.0 PUT of a new document needs no condition, one that is there does, state too",
    only=V2,
)
@every_resource
def test_put_in_2(lrs, path):
    assert lrs.do("PUT", path, {"a": 1}, **ONE[path]).status_code == 204
    assert lrs.do("PUT", path, {"b": 2}, **ONE[path]).status_code == 409
    assert get(lrs, path).json() == {"a": 1}


@requirement("Comm 3.1", "POST and DELETE need no condition")
@every_resource
def test_post_and_delete_without(lrs, path):
    put(lrs, path, {"a": 1})
    assert lrs.do("POST", path, {"b": 2}, **ONE[path]).status_code == 204
    assert get(lrs, path).json() == {"a": 1, "b": 2}
    assert lrs.do("DELETE", path, **ONE[path]).status_code == 204


# --- 3.2 Error codes ------------------------------------------------------------------------------

_UNKNOWN = [
    Ask("GET", path, parameters | {"foo": "1"})
    for path, parameters in READABLE.items()
    if path != "about"
]
test_errors = requests(
    "Comm 3.2",
    answers(400, "A parameter that the resource does not know is a 400", *_UNKNOWN),
    answers(
        405,
        "A method that the resource does not have is a 405",
        Ask("DELETE", "statements"),
        Ask("PATCH", "statements", body={}),
        Ask("PATCH", "activities/state", ONE[STATE], {}),
    ),
    answers(
        404,
        "An address that xAPI does not have is a 404",
        Ask("GET", "nothing"),
        Ask("GET", "statements/1"),
        Ask("POST", "activities/states", body={}),
    ),
)


@requirement(
    "Comm 3.2",
    "A body beyond the server's limit is a 413 that says the limit, and nothing is stored",
)
def test_too_large(lrs, settings):
    settings.XAPI_MAX_BODY_BYTES = 2000
    response = lrs.post(a_statement(result={"response": "x" * 3000}))
    assert response.status_code == 413
    assert "2,000" in lrs.explains(response)["message"]
    assert lrs.ids() == []


@requirement(
    "Comm 3.2",
    "Every error is JSON with a code, a sentence, and where there is one the place of what is wrong",
)
def test_shape_of_errors(lrs):
    for response in (
        lrs.post({}),
        lrs.get(limit="x"),
        lrs.get(statementId=new_id()),
        lrs.do("GET", "agents"),
        lrs.do("DELETE", "statements"),
        lrs.do("GET", "nothing"),
        lrs.do("GET", "statements", headers={"Authorization": None}),
    ):
        assert response["Content-Type"] == "application/json"
        assert set(response.json()["error"]) <= {"code", "message", "path", "advice"}
        lrs.explains(response)
    assert (
        lrs.explains(lrs.post([a_statement(), a_statement(actor={"mbox": "ana"})]))["path"]
        == "/1/actor/mbox"
    )


# --- 3.3 Versioning -------------------------------------------------------------------------------

_ASKED = [path for path in READABLE if path != "about"]


def versioned(*texts):
    """Each version is named to the statements resource, the first one to every other resource too."""
    return [
        Ask(
            "GET",
            path,
            CONTEXTS.get(path, READABLE[path]),
            headers={"X-Experience-API-Version": text},
        )
        for path in _ASKED
        for text in (texts if path == "statements" else texts[:1])
    ]


_WRONG = (
    "1.1.0",
    "0.9",
    "0.95",
    "1.1",
    "2.1.0",
    "3.0.0",
    "1",
    "x",
    "1.0.x",
    "1.0.0.0",
    "1.0.3, 2.0.0",
)
test_versions = requests(
    "Comm 3.3",
    answers(
        200,
        "1.0 and every 1.0.x are served",
        *versioned("1.0", "1.0.0", "1.0.1", "1.0.3", "1.0.99"),
    ),
    answers(200, "2.0.x is served", *versioned("2.0.0", "2.0.1")),
    answers(400, "A request without a version is a 400", *versioned(None, "")),
    answers(400, "Versions before 1.0, 1.1 and later ones are a 400", *versioned(*_WRONG)),
)


@requirement(
    "Comm 3.3", "Every answer names the latest patch version of the version that it was made in"
)
def test_version_of_answers(lrs):
    for response in (
        lrs.get(),
        lrs.get(limit="x"),
        lrs.post(a_statement()),
        lrs.do("GET", "about"),
    ):
        assert response["X-Experience-API-Version"] == lrs.version
    asked = lrs.do("GET", "statements", headers={"X-Experience-API-Version": "1.0.1"})
    assert asked["X-Experience-API-Version"] == V1 if lrs.version == V1 else True


@requirement(
    "Comm 3.3", "An answer to a request without a version names the default version of the store"
)
def test_version_of_the_store(lrs):
    response = lrs.do("GET", "statements", headers={"X-Experience-API-Version": None})
    assert response.status_code == 400
    assert response["X-Experience-API-Version"] == lrs.version
    lrs.explains(response)


@requirement("Comm 3.3", "Both versions are spoken in one store: what one stored the other finds")
def test_both_in_one_store(lrs):
    one = lrs.stores()
    lrs.version = V2 if lrs.version == V1 else V1
    two = lrs.stores()
    assert lrs.ids() == [two, one]
    assert lrs.stored(one)["version"] != lrs.stored(two)["version"]


# --- 4 Authentication -----------------------------------------------------------------------------

test_authentication = requests(
    "Comm 4.0",
    answers(
        401,
        "Without a credential every resource but about is closed",
        *[Ask("GET", path, READABLE[path], headers={"Authorization": None}) for path in _ASKED],
    ),
    answers(
        401,
        "A wrong credential opens nothing",
        *[
            Ask("GET", path, READABLE[path], headers={"Authorization": text})
            for path in _ASKED
            for text in (basic("x", "y"), "Basic", "Basic !", "Digest x", "x")
        ],
    ),
    answers(
        401,
        "Nothing is stored for whoever has no credential",
        Ask("POST", "statements", body=a_statement(), headers={"Authorization": None}),
        *[Ask("PUT", path, ONE[path], {}, {**NEW, "Authorization": None}) for path in CONTEXTS],
    ),
)


@requirement("Comm 4.0", "A 401 says how to authenticate")
def test_challenge(lrs):
    response = lrs.do("GET", "statements", headers={"Authorization": None})
    assert "Basic" in response["WWW-Authenticate"]


@requirement("Comm 4.0", "What a credential may not do is a 403")
def test_forbidden(lrs):
    store = create_store(slug="other", name="Other", default_version=lrs.version)
    writer = client_of(issued_for(store, "statements/write"), lrs.version)
    reader = client_of(issued_for(store, "statements/read"), lrs.version)
    assert writer.post(a_statement()).status_code == 200
    assert reader.get().status_code == 200
    assert writer.get().status_code == 403
    assert reader.post(a_statement()).status_code == 403
    state = f"/xapi/activities/state?activityId=https://x.example/a&agent={json.dumps(AGENT)}"
    assert writer.request("GET", state).status_code == 403


@requirement("Comm 4.0", "statements/read/mine finds what the credential itself stored")
def test_mine(lrs):
    store = create_store(slug="other", name="Other", default_version=lrs.version)
    other = client_of(issued_for(store), lrs.version)
    mine = client_of(issued_for(store, "statements/write", "statements/read/mine"), lrs.version)
    theirs, own = new_id(), new_id()
    other.post(a_statement(id=theirs))
    mine.post(a_statement(id=own))
    assert mine.ids() == [own]
    assert mine.get(statementId=theirs).status_code == 404


@requirement("Comm 4.0", "The statements of one store are not found in another")
def test_stores_are_apart(lrs):
    one = lrs.stores()
    other = client_of(
        issued_for(create_store(slug="other", name="Other", default_version=lrs.version)),
        lrs.version,
    )
    assert other.get(statementId=one).status_code == 404
    assert other.ids() == []
    assert other.post(a_statement(id=one, verb={"id": "http://x.example/v"})).status_code == 200
