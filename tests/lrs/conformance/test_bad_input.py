"""Bad input on every resource that takes a body or parameters: a clear 4xx, nothing stored, never a 500.

`tests/fuzz` has the mutations; `python -m tests.fuzz --count 100000` runs many of them.
"""

import json
import random

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lrs.models import Document, Statement
from tests.fuzz.judging import judged
from tests.fuzz.mutations import bodies, seeds
from tests.lrs.conformance.examples import AGENT
from tests.lrs.conformance.table import BOTH, requirement
from tests.lrs.conformance.test_comm_2_documents import NEW, ONE
from tests.lrs.conftest import a_statement, client_of
from tests.lrs.multipart import json_part, message

_ID = "6f1d6e1c-3b0a-4c8e-9d3f-0a1b2c3d4e5f"
_WHOLE = json.dumps(a_statement()).encode()[:-1]


def with_result(text):
    """A statement whose extensions hold this JSON text."""
    return _WHOLE + b',"result":{"extensions":{"https://x.example/e":' + text + b"}}}"


# Bodies that are refused wherever JSON is read.
REFUSED = {
    "invalid UTF-8": with_result(b'"\xff"'),
    "invalid UTF-8 in a name": with_result(b'{"\xc3\x28":1}'),
    "a surrogate in UTF-8": with_result(b'"\xed\xa0\x80"'),
    "a NUL outside of text": with_result(b"\0"),
    "a NUL within text, not escaped": with_result(b'"a\0b"'),
    "a name twice": with_result(b'{"a":1,"a":2}'),
    "nesting of 100,000 levels": with_result(b"[" * 100_000 + b"]" * 100_000),
    "nesting that never closes": with_result(b"[" * 100_000),
    "NaN": with_result(b"NaN"),
    "an infinite number": with_result(b"-Infinity"),
    "a number with an exponent beyond any": with_result(b"1e" + b"9" * 30),
    "a text that ends early": with_result(b'"a')[:-3],
}
# Contents that are only text or numbers, and are kept as they are.
KEPT = {
    "an escaped NUL": rb'"a\u0000b"',
    "a lone surrogate, escaped": rb'"\ud800"',
    "an integer of 5,000 digits": b"9" * 5000,
    "a number beyond a double": b"1E+400",
    "nesting of 200 levels": b"[" * 200 + b"]" * 200,
}


def senders(lrs):
    """Each way to send a JSON body, by name."""
    ways = {
        "POST statements": lambda body: lrs.do("POST", "statements", body),
        "PUT statements": lambda body: lrs.do("PUT", "statements", body, statementId=_ID),
        "multipart": lambda body: lrs.do(
            "POST",
            "statements",
            message(json_part(body), boundary="x"),
            headers={"Content-Type": "multipart/mixed; boundary=x"},
        ),
    }
    for path, place in ONE.items():
        ways[f"POST {path}"] = lambda body, path=path, place=place: lrs.do(
            "POST", path, body, headers=NEW, **place
        )
    return ways


@requirement(
    "Comm 3.2",
    "JSON that is malformed or says two things is a 400 wherever it is read, and nothing is stored",
)
@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_malformed_json(lrs, body):
    for way, send in senders(lrs).items():
        response = send(body)
        assert response.status_code == 400, (way, response.status_code)
        lrs.explains(response)
    assert not Statement.objects.exists()
    assert not Document.objects.exists()


@requirement(
    "Data 4.1",
    "Texts and numbers that few can hold are kept to the letter where they are only values",
)
@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_kept_values(lrs, text):
    [identity] = lrs.post(with_result(text)).json()
    assert text in lrs.get(statementId=identity).content


@requirement(
    "Data 4.1",
    "Nesting beyond 254 levels, the statement itself counted, is refused with a sentence that says so",
)
def test_deep_nesting(lrs):
    def nested(levels):
        return with_result(b"[" * levels + b"]" * levels)

    assert lrs.post(nested(254 - 3)).status_code == 200
    response = lrs.post(nested(254 - 2))
    assert response.status_code == 400
    assert "254" in lrs.explains(response)["message"]
    assert len(lrs.ids()) == 1


@requirement("Comm 3.2", "A body beyond the limit is a 413 on every resource, whatever is in it")
@override_settings(XAPI_MAX_BODY_BYTES=2000, XAPI_MAX_DOCUMENT_BYTES=2000)
def test_oversize(lrs):
    body = with_result(b'"' + b"x" * 3000 + b'"')
    for way, send in senders(lrs).items():
        response = send(body)
        assert response.status_code == 413, (way, response.status_code)
        lrs.explains(response)
    assert not Statement.objects.exists()
    assert not Document.objects.exists()


def _a_substatement_with_the_verb(iri):
    return {**a_statement(verb={"id": iri}), "objectType": "SubStatement"}


@requirement(
    "Data 2.2",
    "U+0000 and lone surrogates are refused in whatever names an agent, a verb or an activity",
)
@pytest.mark.parametrize("character", ["\0", "\ud800"], ids=["NUL", "lone surrogate"])
def test_identifiers_are_text(lrs, character):
    for change in (
        {"verb": {"id": f"http://x.example/{character}"}},
        {"object": {"id": f"http://x.example/{character}"}},
        {"actor": {"mbox": f"mailto:a{character}@x.example"}},
        {"actor": {"openid": f"http://x.example/{character}"}},
        {"actor": {"account": {"homePage": "http://x.example", "name": f"a{character}"}}},
        {"context": {"contextActivities": {"parent": {"id": f"urn:{character}"}}}},
        {"object": _a_substatement_with_the_verb(f"http://x.example/{character}")},
    ):
        lrs.refuses(a_statement(**change))


_ODD_TEXTS = {
    "NUL": "\0",
    "NUL within": "a\0b",
    "a lone surrogate in JSON": '{"mbox":"mailto:a\\ud800@x.example"}',
    "a NUL in JSON": '{"mbox":"mailto:a\\u0000@x.example"}',
    "a name twice": '{"mbox":"mailto:a@x.example","mbox":"mailto:b@x.example"}',
    "deep nesting": "[" * 100_000,
    "a huge integer": "9" * 5000,
    "a quotation mark": '"',
    "nothing": "",
}
_PARAMETERS = [
    ("statements", name)
    for name in (
        "statementId",
        "voidedStatementId",
        "agent",
        "verb",
        "activity",
        "registration",
        "since",
        "until",
        "limit",
        "format",
    )
] + [
    (path, name)
    for path, names in {
        "activities/state": ("activityId", "agent", "registration", "since"),
        "activities/profile": ("activityId", "since"),
        "agents/profile": ("agent", "since"),
        "agents": ("agent",),
        "activities": ("activityId",),
    }.items()
    for name in names
]  # fmt: skip


@requirement("Comm 3.2", "A parameter that is malformed in whatever way is a 400 that says which")
@pytest.mark.parametrize("text", _ODD_TEXTS.values(), ids=_ODD_TEXTS)
def test_odd_parameters(lrs, text):
    for path, name in _PARAMETERS:
        place = {
            key: value
            for key, value in ONE.get(path, {}).items()
            if key not in ("stateId", "profileId")
        }
        response = lrs.do("GET", path, **place | {name: text})
        assert response.status_code == 400, (path, name)
        lrs.explains(response)


@requirement("Comm 3.2", "A parameter whose bytes are no UTF-8 finds nothing and breaks nothing")
def test_parameters_that_are_no_utf_8(lrs):
    for path, name in _PARAMETERS:
        assert lrs.do("GET", f"{path}?{name}=%FF%FE%ED%A0%80").status_code in (200, 400)


@requirement("Comm 3.2", "The ids of documents are any text but U+0000")
def test_names_of_documents(lrs):
    for path, place in ONE.items():
        key = "stateId" if "stateId" in place else "profileId"
        for name, status in {
            "a\0b": 400,
            "../etc/passwd": 204,
            "ñ 日本 %2F": 204,
            "x" * 2000: 204,
        }.items():
            response = lrs.do("PUT", path, {"a": 1}, headers=NEW, **place | {key: name})
            assert response.status_code == status, (path, name)
            if status == 204:
                assert lrs.do("GET", path, **place | {key: name}).json() == {"a": 1}


@requirement(
    "Comm 3.2", "A document that is not JSON may hold any bytes, NUL and invalid UTF-8 too"
)
def test_bytes_in_documents(lrs):
    body = bytes(range(256))
    for path, place in ONE.items():
        headers = {**NEW, "Content-Type": "application/octet-stream"}
        assert lrs.do("PUT", path, body, headers=headers, **place).status_code == 204
        assert lrs.do("GET", path, **place).content == body


@pytest.mark.parametrize("version", BOTH)
@given(body=bodies())
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_mutated_statement_is_judged_by_three_readers_alike(lrs, version, body):
    verdicts = judged(lrs, body, version)
    assert verdicts.agree, (body, verdicts)


def test_the_seeds_of_the_mutations_are_statements(issued):
    client = client_of(issued, "2.0.0")
    assert len(seeds()) > 30
    for seed in seeds():
        verdicts = judged(client, json.dumps(seed).encode(), "2.0.0")
        assert verdicts.server is verdicts.reference is verdicts.by_hand is None


@pytest.mark.parametrize("path", [*ONE, "statements", "agents", "activities", "about"])
@given(seed=st.integers(0, 2**32))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_resource_fails_whatever_it_is_asked(xapi, path, seed):
    """Random methods, parameters, headers and bodies: an answer below 500 each time."""
    chance = random.Random(seed)
    names = [
        "agent",
        "activityId",
        "stateId",
        "profileId",
        "registration",
        "since",
        "statementId",
        "limit",
        "x",
    ]
    texts = [
        *_ODD_TEXTS.values(),
        json.dumps(AGENT),
        "urn:a",
        _ID,
        "2026-03-12T14:05:00Z",
        "1",
        "ids",
    ]
    query = {name: chance.choice(texts) for name in names if chance.random() < 0.4}
    headers = {
        name: chance.choice(
            ["*", '"x"', "", "W/", "é".encode().decode("latin-1"), "gzip", "a" * 5000]
        )
        for name in (
            "If-Match",
            "If-None-Match",
            "Accept-Language",
            "Accept-Encoding",
            "Content-Encoding",
        )
        if chance.random() < 0.3
    }
    response = xapi.request(
        chance.choice(["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH", "TRACE"]),
        f"/xapi/{path}",
        query_params=query,
        headers=headers,
        data=chance.choice([b"", b"{}", b"[]", *REFUSED.values()]),
        content_type=chance.choice(
            ["application/json", "text/plain", "multipart/mixed; boundary=x", "", "é"]
        ),
    )
    assert response.status_code < 500
