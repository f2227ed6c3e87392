"""The verifier against a node and a log's server that really listen on a socket."""

from pathlib import Path
from typing import Any

import pytest

from anchoring.core.readers import HttpLogReader, LogProblem
from tests.anchoring.core import example, world
from tests.anchoring.core.conftest import Server
from tests.anchoring.core.test_cli import report, run


def records_of_status(**other: Any) -> dict[str, Any]:
    """The answer for the example's active share, with these lists of records instead."""
    answer = world.active()
    return answer | {"records": answer["records"] | other}


def test_everything_passes_where_the_node_and_the_log_answer(local: Path) -> None:
    ran = run(local, "course.keiko.json", "--trust", "trust.json")

    assert ran.returncode == 0, ran.stdout
    assert "existed no later than 2026-05-04 13:06:40 UTC" in ran.stdout
    assert ran.stdout.endswith("Result: passed. Everything was checked, and everything holds.\n")


def test_the_report_for_programs_tells_the_block_and_the_node(local: Path) -> None:
    document = report(run(local, "course.keiko.json", "--trust", "trust.json", "--json"))

    assert document["existed_no_later_than"] == "2026-05-04T13:06:40+00:00"
    assert document["block"]["number"] == example.BLOCK
    assert document["node"] == "example node 1.0.0"


def test_a_withdrawn_share_fails_by_its_name(local: Path, server: Server) -> None:
    server.pages["/p/token/status"] = (200, world.active() | {"share": "withdrawn"})

    ran = run(local, "course.keiko.json", "--trust", "trust.json")

    assert ran.returncode == 1
    assert "✗ failed          status       The learner has withdrawn this share." in ran.stdout


def test_the_status_of_another_share_fails_by_its_name(local: Path, server: Server) -> None:
    server.pages["/p/token/status"] = (200, records_of_status(covered=[1, 2, 3]))

    ran = run(local, "course.keiko.json", "--trust", "trust.json")

    assert ran.returncode == 1
    assert "The address of the status belongs to another share than this file" in ran.stdout
    assert "Ask the learner for the proof link." in ran.stdout


@pytest.mark.parametrize(
    ("status", "page", "words"),
    [
        (500, {}, "answered HTTP 500"),
        (302, {}, "answered HTTP 302"),
        (404, {}, "knows no such share"),
        (200, b"<html>", "is not JSON"),
        (200, records_of_status(voided=[1.5]), "voided[0]"),
        (200, records_of_status(covered=[-1]), "covered[0]"),
        (200, records_of_status(hidden=[]), "hidden"),
        (200, {"share": "active", "records": {"voided": [], "erased": []}}, "covered"),
    ],
)
def test_an_answer_that_says_nothing_is_a_problem_and_no_status(
    server: Server, status: int, page: Any, words: str
) -> None:
    server.pages["/elsewhere"] = (200, world.active())
    server.pages["/p/token/status"] = (status, page)

    with pytest.raises(LogProblem) as caught:
        HttpLogReader().status(f"{server.url}/p/token/status")

    assert words in str(caught.value)


def test_a_log_without_anchors_has_no_newest(server: Server) -> None:
    assert HttpLogReader().latest_anchor(f"{server.url}/log", 1) is None
