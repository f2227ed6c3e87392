"""The JavaScript verifier and the Python one judge alike: the same six outcomes for every bundle,
whole or changed, and for a malformed one the same place of the error."""

import base64
import json
import random
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from anchoring.core.bundle import parse
from anchoring.core.errors import BundleError
from anchoring.core.trust import parse_trust
from anchoring.core.verification import verify
from tests.passport.verify.test_javascript_verifier import node

HERE = Path(__file__).parent
NOW = datetime(2026, 6, 1, tzinfo=UTC)
LETTERS = ' "\\,:{}[]0123456789+-.eE_abcxyzABCXYZ/=\u00f1\u2014\x00\x7f\x85\ufeff\U0001f680'


def run_node(script: str, stdin: str = "") -> Any:
    ran = subprocess.run(
        [node(), script],
        cwd=HERE,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.fixture(scope="module")
def sample() -> dict[str, Any]:
    made: dict[str, Any] = run_node("sample-bundle.mjs")
    return made


def by_python(data: bytes, trust: str | None) -> Any:
    try:
        bundle = parse(data)
    except BundleError as error:
        return error.path
    policy = parse_trust(trust.encode()) if trust else None
    report = verify(bundle, trust=policy, chain=None, log=None, now=NOW)
    return [check.outcome.value for check in report.checks]


def assert_same(bundles: list[bytes], trust: str | None) -> list[Any]:
    question = {
        "trust": trust,
        "now": NOW.isoformat(),
        "bundles": [base64.b64encode(each).decode() for each in bundles],
    }
    by_javascript = run_node("outcomes.mjs", json.dumps(question))
    found = [by_python(each, trust) for each in bundles]
    different = [
        (at, each.decode(errors="replace"), one, other)
        for at, (each, one, other) in enumerate(zip(bundles, found, by_javascript, strict=True))
        if one != other
    ]
    assert not different, f"{len(different)} differ; Python and JavaScript: {different[:3]}"
    return found


def changed_texts(text: str, count: int) -> Iterator[bytes]:
    """The text with one character replaced, left out or added, at places all over it."""
    chance = random.Random(11)
    for _ in range(count):
        at = chance.randrange(len(text))
        letter = chance.choice(LETTERS)
        kept = chance.choice((text[at + 1 :], text[at:], text[at + 1 :]))
        yield (text[:at] + chance.choice((letter, letter, "")) + kept).encode()


def changed_bytes(data: bytes, count: int) -> Iterator[bytes]:
    chance = random.Random(13)
    for _ in range(count):
        at = chance.randrange(len(data))
        yield data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def changed_values(bundle: dict[str, Any]) -> Iterator[bytes]:
    """The bundle with one value anywhere in it replaced by another, left out, or given twice."""
    others: list[Any] = [
        None, True, False, 0, -1, 1, 2, 1.0, 2**53 - 1, 2**53, 2**64, 1e16, 1e300, "", " ", "0x", "AA==",
        "\u0085", "\ufeff", "x" * 5000, [], {}, [[]], "2026-02-30T00:00:00Z", "2026-05-01T12:00:00+01:00",
        "2026-05-01T12:00:00.1234567Z", "2026-05-01t12:00:00z", "2026-05-01T23:59:60Z", "2026-05-01T24:00:00Z",
        "0000-01-01T00:00:00Z", "2026-05-01T12:00:00-24:00", "2026-05-01T12:00:00",
    ]  # fmt: skip

    def walk(value: Any) -> Iterator[tuple[Any, Any]]:
        if isinstance(value, dict | list):
            for key in list(value) if isinstance(value, dict) else range(len(value)):
                yield value, key
                yield from walk(value[key])

    for holder, key in list(walk(bundle)):
        kept = holder[key]
        for other in others:
            holder[key] = other
            yield json.dumps(bundle).encode()
        holder[key] = kept
        if isinstance(holder, dict):
            del holder[key]
            yield json.dumps(bundle).encode()
            holder[key] = kept


def test_on_a_good_bundle_with_and_without_trust(sample: dict[str, Any]) -> None:
    data = json.dumps(sample["bundle"], ensure_ascii=False).encode()
    trusted = assert_same([data], json.dumps(sample["trust"]))
    assert trusted == [["passed"] * 3 + ["could_not_check"] * 3]
    assert assert_same([data], None) == [["passed"] * 2 + ["could_not_check"] * 4]


def test_on_bundles_with_a_character_changed(sample: dict[str, Any]) -> None:
    text = json.dumps(sample["bundle"], ensure_ascii=False)
    found = assert_same(list(changed_texts(text, 6000)), json.dumps(sample["trust"]))
    assert "$" in found
    assert any("failed" in outcomes for outcomes in found)


def test_on_bundles_with_a_bit_changed(sample: dict[str, Any]) -> None:
    data = json.dumps(sample["bundle"], ensure_ascii=False).encode()
    assert_same(list(changed_bytes(data, 3000)), json.dumps(sample["trust"]))


def test_on_bundles_with_a_value_changed(sample: dict[str, Any]) -> None:
    assert_same(list(changed_values(sample["bundle"])), json.dumps(sample["trust"]))


@pytest.mark.parametrize(
    "value",
    [
        "9007199254740991", "9007199254740992", "-9007199254740993", "1e15", "1e16", "1E400", "-0", "-0.0", "1.0",
        "123456789012345678901234567890", "0.1e1", "5e-324", "1e-400", "NaN", "Infinity", "01", "+1", ".5", "1.",
        '"\\ud800"', '"\\ud83d\\ude80"', '"\\u0000"', '"\\/"', '"\\x41"', '{"a":1,"a":1}', '{"\\ud800":1}',
        '{"__proto__":{"a":1}}', "[" * 100 + "]" * 100, "[" * 101 + "]" * 101, "[" * 100_000, "\u00a01", "'a'",
        '{"\\ue000":1,"\\ud83d\\ude80":2}', "tru", "[1,]", "1 2",
    ],
)  # fmt: skip
def test_on_values_at_the_edges_of_json(sample: dict[str, Any], value: str) -> None:
    text = json.dumps(sample["bundle"], ensure_ascii=False)
    version = '"value": "1.0.3"'
    assert version in text
    changed = text.replace(version, f'"value": {value}', 1)
    exact = text.replace(version, f'"exact": {json.dumps(value)}', 1)
    assert_same([changed.encode(), exact.encode()], json.dumps(sample["trust"]))
