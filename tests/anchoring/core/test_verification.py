"""Every case of `cases.py` comes out as it was written down, and the vectors hold the same."""

import copy
import json
from typing import Any

import pytest

from anchoring.core.bundle import Bundle, parse
from anchoring.core.errors import BundleError
from anchoring.core.readers import NodeReader
from anchoring.core.report import Outcome, Report
from anchoring.core.trust import parse_trust
from anchoring.core.verification import verify
from tests.anchoring.core import example
from tests.anchoring.core.make_vectors import VECTORS, files
from tests.anchoring.core.world import CannedLog, CannedRpc

Document = dict[str, Any]
VECTOR: Document = json.loads((VECTORS / "verification.json").read_text(encoding="utf-8"))
CASES: list[Document] = VECTOR["cases"]
MARK = "\N{SNOWMAN}"


def _holder(document: Any, path: list[str | int]) -> Any:
    for step in path[:-1]:
        document = document[step]
    return document


def changed(case: Document) -> bytes:
    """The case's bundle: values set, members removed, then values written as raw text."""
    document = copy.deepcopy(VECTOR["bundle"])
    for path, value in case["set"]:
        _holder(document, path)[path[-1]] = value
    for path in case["remove"]:
        del _holder(document, path)[path[-1]]
    for at, (path, _) in enumerate(case["raw"]):
        _holder(document, path)[path[-1]] = f"{MARK}{at}"
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    for at, (_, raw) in enumerate(case["raw"]):
        text = text.replace(f'"{MARK}{at}"', raw)
    return (text[: case.get("cut")] + case.get("append", "")).encode()


def report_of(case: Document, bundle: Bundle) -> Report:
    trust = VECTOR["trust"].get(case["trust"])
    answers = VECTOR["world"]["log"] | case["world"].get("log", {})
    nodes = VECTOR["world"]["nodes"] | case["world"].get("nodes", {})
    log = CannedLog({u: json.dumps(a).encode() for u, a in answers.items() if a is not None})
    return verify(
        bundle,
        trust=parse_trust(json.dumps(trust).encode()) if trust else None,
        chain=None if case["offline"] else NodeReader([CannedRpc(u, nodes[u]) for u in nodes]),
        log=None if case["offline"] else log,
        now=example.NOW,
    )


@pytest.mark.parametrize("case", [c for c in CASES if "expected" in c], ids=lambda c: c["name"])
def test_each_check_comes_out_as_written_down(case: Document) -> None:
    report = report_of(case, parse(changed(case)))

    assert {check.id: str(check.outcome) for check in report.checks} == case["expected"]
    assert case["says"] in " ".join(check.detail for check in report.checks)


@pytest.mark.parametrize("case", [c for c in CASES if "error" in c], ids=lambda c: c["name"])
def test_a_bundle_of_wrong_form_is_refused_at_its_place(case: Document) -> None:
    with pytest.raises(BundleError) as caught:
        parse(changed(case))

    assert caught.value.path == case["error"]
    assert caught.value.problem.endswith(".")


@pytest.mark.parametrize("case", [c for c in CASES if "expected" in c], ids=lambda c: c["name"])
def test_whatever_did_not_pass_says_why_and_what_to_do(case: Document) -> None:
    report = report_of(case, parse(changed(case)))

    for check in report.checks:
        assert check.detail.endswith(".")
        assert bool(check.advice) == (check.outcome is not Outcome.PASSED)


@pytest.mark.parametrize("name", sorted(files()))
def test_the_vectors_are_those_that_the_program_makes_now(name: str) -> None:
    assert (VECTORS / name).read_text(encoding="utf-8") == files()[name], (
        "The format changed, or a vector: python -m tests.anchoring.core.make_vectors"
    )
