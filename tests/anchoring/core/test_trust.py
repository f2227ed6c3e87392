"""The trust file: read strictly, for everything else hangs on it."""

import json
from typing import Any

import pytest

from anchoring.core.errors import TrustError
from anchoring.core.trust import parse_trust, serialise_trust
from tests.anchoring.core import example

POLICY = example.trust_policy()
DOCUMENT: dict[str, Any] = json.loads(serialise_trust(POLICY))
[LOG] = DOCUMENT["logs"]
[PLACE] = LOG["anchors"]


def with_log(**other: Any) -> dict[str, Any]:
    return DOCUMENT | {"logs": [LOG | other]}


def test_what_is_written_reads_back() -> None:
    assert parse_trust(serialise_trust(POLICY)) == POLICY


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
