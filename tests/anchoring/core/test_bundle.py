"""Every part of a bundle counts: whatever is changed is noticed, by name, or was never proven."""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anchoring.core import bundle
from anchoring.core.bundle import Bundle, parse, serialise
from anchoring.core.errors import BundleError
from anchoring.core.readers import NodeReader
from anchoring.core.report import Outcome, Report
from anchoring.core.verification import verify
from tests.anchoring.core import example, world
from tests.anchoring.core.world import CannedLog, CannedRpc

Path = tuple[str | int, ...]
COURSE = example.course()
DOCUMENT = json.loads(serialise(COURSE))

# What Keiko only says, or what only names things for people: no check answers for it, and the
# report lists it as said. With the outcome of a change that is still well-formed.
SAID = {
    ("share", "title"), ("share", "learner"), ("share", "institution"), ("share", "created"),
    ("share", "expires"), ("anchor", "chain", "name"), ("anchor", "chain", "nodes", 0),
}  # fmt: skip
# The check that must not pass where a part below this path was changed.
ANSWERABLE: dict[Path, str] = {
    ("origin",): "checkpoint",
    ("share", "status_url"): "status",
    ("checkpoint",): "inclusion",
    ("proof",): "inclusion",
    ("anchor",): "anchor",
}


def check(data: bytes) -> Report:
    answers = {url: json.dumps(page).encode() for url, page in world.world()["log"].items()}
    return verify(
        parse(data),
        trust=example.trust_policy(),
        chain=NodeReader([CannedRpc(example.NODE, world.node_answers())]),
        log=CannedLog(answers),
        now=example.NOW,
    )


def scalars(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every text, number, truth value and null in the document, with its path."""
    inner: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    else:
        yield path, value
    for step, each in inner:
        yield from scalars(each, (*path, step))


def otherwise(value: Any) -> Any:
    """Another value of the same kind, near the first."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case None:
            return 0
        case str() if value.startswith("0x"):
            return value[:-1] + ("0" if value[-1] != "0" else "1")
        case str() if len(value) == 44 and value.endswith("="):
            return ("B" if value[0] != "B" else "C") + value[1:]
        case str() if value[:2] == "20" and "T" in value:
            return value.replace("20", "21", 1)
        case _:
            return str(value)[:-1] + ("x" if str(value)[-1:] != "x" else "y")


def put(path: Path, value: Any) -> bytes:
    document = copy.deepcopy(DOCUMENT)
    holder = document
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return json.dumps(document, ensure_ascii=False).encode()


def answers_for(path: Path) -> str:
    if path[:1] == ("records",):
        opened = "salt" in DOCUMENT["records"][path[1]].get("slots", {}).get(
            path[3] if len(path) > 3 else "", {}
        )
        return "records" if opened else "inclusion"
    return next(check for place, check in ANSWERABLE.items() if path[: len(place)] == place)


@pytest.mark.parametrize(
    ("path", "value"),
    list(scalars(DOCUMENT)),
    ids=lambda p: ".".join(map(str, p)) if isinstance(p, tuple) else "",
)
def test_a_change_of_any_field_is_noticed_by_the_check_that_answers_for_it(
    path: Path, value: Any
) -> None:
    changed = put(path, otherwise(value))

    try:
        report = check(changed)
    except BundleError:
        # A form that no bundle has; test_verification.py sees that its place is named.
        return

    if path in SAID:
        assert report.outcome is Outcome.PASSED
        return
    assert report[answers_for(path)].outcome is not Outcome.PASSED
    if report[answers_for(path)].outcome is Outcome.COULD_NOT_CHECK:
        # Only where the change leads away from what the verifier knows.
        assert path in {
            ("origin",), ("share", "status_url"), ("anchor", "collection"),
            ("anchor", "chain", "genesis"),
        }  # fmt: skip


@pytest.mark.parametrize(
    "path", [p for p, _ in scalars(DOCUMENT)], ids=lambda p: ".".join(map(str, p))
)
def test_a_field_taken_out_is_refused_or_noticed(path: Path) -> None:
    document = copy.deepcopy(DOCUMENT)
    holder = document
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]

    try:
        report = check(json.dumps(document).encode())
    except BundleError:
        return

    assert report.outcome is not Outcome.PASSED or path in SAID


@given(st.integers(0, len(serialise(COURSE)) - 1), st.integers(1, 255))
def test_no_changed_byte_passes_unless_it_was_only_said(at: int, bits: int) -> None:
    data = bytearray(serialise(COURSE))
    data[at] ^= bits

    try:
        found = parse(bytes(data))
    except BundleError:
        return
    if only_said_otherwise(found):
        return
    assert check(bytes(data)).outcome is not Outcome.PASSED


def only_said_otherwise(found: Bundle) -> bool:
    """Whether the bundle is the example in other words: 1.0 for 1, or another title."""
    if not (found.anchor and COURSE.anchor):
        return False
    chain = replace(COURSE.anchor.chain, genesis=found.anchor.chain.genesis)
    share = replace(COURSE.share, status_url=found.share.status_url)
    return replace(found, share=share, anchor=replace(found.anchor, chain=chain)) == COURSE


def test_the_example_passes_as_it_is() -> None:
    assert check(serialise(COURSE)).outcome is Outcome.PASSED


def test_what_is_written_reads_back() -> None:
    assert parse(serialise(COURSE)) == COURSE
    bare = replace(COURSE, anchor=None, share=replace(COURSE.share, expires=None, status_url=None))
    assert parse(serialise(bare)) == bare


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (b"", "$"), (b"[]", "$"), (b"null", "$"), (b"\xff", "$"), (b"\xef\xbb\xbf{}", "$"),
        (serialise(COURSE) + b"x", "$"), (serialise(COURSE) * 2, "$"),
        (serialise(COURSE).decode().encode("utf-16"), "$"),
        (b"[" * 100_000, "$"), (b'{"a":' * 100_000, "$"),
        (b'{"format":"keiko-bundle/v1","format":"keiko-bundle/v1"}', "$"),
        (b'{"format":1' + b"0" * 10_000 + b"}", "$"),
    ],
    ids=range(12),
)  # fmt: skip
def test_hostile_bytes_are_refused(data: bytes, path: str) -> None:
    with pytest.raises(BundleError) as caught:
        parse(data)

    assert caught.value.path == path


@pytest.mark.parametrize("depth", [50, 400, 900])
def test_a_name_twice_is_found_however_deep_it_is(depth: int) -> None:
    with pytest.raises(BundleError, match=r'The name "x" occurs twice\.|nested too deeply'):
        parse(b"[" * depth + b'{"x":1,"x":2}' + b"]" * depth)


def test_the_last_of_very_many_names_twice_is_found_at_once() -> None:
    names = ",".join(f'"{n}":0' for n in range(200_000))

    with pytest.raises(BundleError, match='"199999" occurs twice'):
        parse(f'{{{names},"199999":1}}'.encode())


def test_a_bundle_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "MOST_BYTES", 1000)

    with pytest.raises(BundleError, match="the limit is 1000"):
        parse(serialise(COURSE))


@pytest.mark.parametrize("limit", ["MOST_RECORDS", "MOST_TRIE_NODES", "MOST_PROOF_HASHES"])
def test_a_list_has_a_largest_length(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, limit, 1)

    with pytest.raises(BundleError, match=r"A list of . to 1 elements"):
        parse(serialise(COURSE))
