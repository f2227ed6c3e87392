"""The trust file: read strictly, for everything else hangs on it."""

import json
from typing import Any

import pytest

from anchoring.core import notes
from anchoring.core.errors import TrustError
from anchoring.core.trust import parse_trust, serialise_trust
from tests.anchoring.core import example
from tests.anchoring.core.witnessing import witness_key, witness_vkey

POLICY = example.trust_policy()
DOCUMENT: dict[str, Any] = json.loads(serialise_trust(POLICY))
[LOG] = DOCUMENT["logs"]
[PLACE] = LOG["anchors"]

NEW_KEY = notes.verifier_key(example.ORIGIN, example.OTHER_KEY.public_key())
STRANGE_KEY = notes.verifier_key("other.example", example.OTHER_KEY.public_key())
W1, W2 = witness_vkey("w1.example"), witness_vkey("w2.example")
W1_AGAIN = witness_vkey("again.example", witness_key("w1.example"))


def witnesses(*keys: Any, required: Any = 1, **other: Any) -> dict[str, Any]:
    return with_log(witnesses={"required": required, "keys": list(keys), **other})


def other_keys(*keys: Any) -> dict[str, Any]:
    return with_log(other_keys=list(keys))


def with_log(**other: Any) -> dict[str, Any]:
    return DOCUMENT | {"logs": [LOG | other]}


def test_what_is_written_reads_back() -> None:
    assert parse_trust(serialise_trust(POLICY)) == POLICY


@pytest.mark.parametrize(
    "document",
    [
        other_keys({"key": NEW_KEY}),
        other_keys({"key": NEW_KEY, "last_size": 0}),
        witnesses(W1, W2, required=2),
        witnesses(W1, required=0),
    ],
)
def test_further_keys_and_witnesses_read_back(document: Any) -> None:
    found = parse_trust(json.dumps(document).encode())

    assert json.loads(serialise_trust(found)) == document


def test_a_log_is_found_by_its_origin() -> None:
    assert POLICY.log(example.ORIGIN) is POLICY.logs[0]
    assert POLICY.log("other.example") is None


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ([], "$"),
        (DOCUMENT | {"format": "keiko-trust/v2"}, "$.format"),
        (DOCUMENT | {"more": 1}, "$.more"),
        (DOCUMENT | {"logs": []}, "$.logs"),
        (DOCUMENT | {"logs": [LOG, LOG]}, "$.logs[1]"),
        (with_log(origin="other.example"), "$.logs[0].key"),
        (with_log(key=LOG["key"][:-1]), "$.logs[0].key"),
        (with_log(url="ftp://keiko.example"), "$.logs[0].url"),
        (with_log(url="javascript:alert(1)"), "$.logs[0].url"),
        (with_log(name=""), "$.logs[0].name"),
        (with_log(key=W1), "$.logs[0].key"),
        (with_log(other_keys=[]), "$.logs[0].other_keys"),
        (other_keys({"key": NEW_KEY, "more": 1}), "$.logs[0].other_keys[0].more"),
        (other_keys({"last_size": 1}), "$.logs[0].other_keys[0]"),
        (other_keys({"key": STRANGE_KEY}), "$.logs[0].other_keys[0].key"),
        (other_keys({"key": LOG["key"]}), "$.logs[0].other_keys[0].key"),
        (other_keys({"key": NEW_KEY}, {"key": NEW_KEY}), "$.logs[0].other_keys[1].key"),
        (other_keys({"key": NEW_KEY, "last_size": None}), "$.logs[0].other_keys[0].last_size"),
        (other_keys({"key": NEW_KEY, "last_size": -1}), "$.logs[0].other_keys[0].last_size"),
        (witnesses(), "$.logs[0].witnesses.keys"),
        (witnesses(W1, required=2), "$.logs[0].witnesses.required"),
        (witnesses(W1, required=True), "$.logs[0].witnesses.required"),
        (witnesses(W1, more=1), "$.logs[0].witnesses.more"),
        (witnesses(W1, W1), "$.logs[0].witnesses.keys[1]"),
        (witnesses(W1, W1_AGAIN), "$.logs[0].witnesses.keys[1]"),
        (witnesses(NEW_KEY), "$.logs[0].witnesses.keys[0]"),
        (witnesses(7), "$.logs[0].witnesses.keys[0]"),
        (with_log(anchors=[PLACE | {"adapter": "carrier"}]), "$.logs[0].anchors[0].adapter"),
        (with_log(anchors=[PLACE | {"collection": 2**32}]), "$.logs[0].anchors[0].collection"),
        (with_log(anchors=[PLACE | {"collection": 1.0}]), "$.logs[0].anchors[0].collection"),
    ],
)
def test_another_form_is_refused_at_its_place(document: Any, path: str) -> None:
    with pytest.raises(TrustError) as caught:
        parse_trust(json.dumps(document).encode())

    assert caught.value.path == path
    assert "trust file" in caught.value.advice
