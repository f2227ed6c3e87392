"""`keiko-verify` as people start it: a program of its own, where Django cannot be imported."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from anchoring.core.bundle import serialise
from tests.anchoring.core import example
from tests.anchoring.core.make_vectors import VECTORS

ROOT = Path(__file__).parents[3]
# Starts the command where an import of Django, or of anything that needs it, fails.
START = """
import sys
for name in ("django", "rest_framework", "psycopg", "celery", "requests", "substrateinterface"):
    sys.modules[name] = None
from anchoring.core.cli import main
sys.exit(main())
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "course.keiko.json").write_bytes((VECTORS / "course.keiko.json").read_bytes())
    (tmp_path / "trust.json").write_bytes((VECTORS / "trust.json").read_bytes())
    return tmp_path


def run(place: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", START, *arguments],
        cwd=place,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HOME": str(place / "home"),
            "PYTHONIOENCODING": "utf-8",
            **environment,
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def report(ran: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(ran.stdout)
    return document


def test_a_good_bundle_checked_offline_could_not_be_checked_wholly(place: Path) -> None:
    ran = run(place, "course.keiko.json", "--trust", "trust.json", "--offline")

    assert ran.returncode == 2
    assert "✓ passed          inclusion" in ran.stdout
    assert "? could not check anchor" in ran.stdout
    assert "withheld by the learner: actor, context" in ran.stdout
    assert "Said by the institution's server, not proven" in ran.stdout
    assert "✗" not in ran.stdout
    assert ran.stderr == ""


def test_a_changed_bundle_fails_and_names_what_was_changed(place: Path) -> None:
    good = (place / "course.keiko.json").read_text(encoding="utf-8")
    changed = good.replace('"raw":6', '"raw":7')
    assert changed != good
    (place / "changed.keiko.json").write_text(changed, encoding="utf-8")

    ran = run(place, "changed.keiko.json", "--trust", "trust.json", "--offline")

    assert ran.returncode == 1
    assert "record 17: result was changed." in ran.stdout
    assert "Result: failed." in ran.stdout


def test_nothing_that_a_failed_bundle_shows_is_printed(place: Path) -> None:
    good = (place / "course.keiko.json").read_text(encoding="utf-8")
    (place / "changed.keiko.json").write_text(good.replace('"raw":6', '"raw":7'), encoding="utf-8")

    ran = run(place, "changed.keiko.json", "--trust", "trust.json", "--offline")

    assert "Zoë" not in ran.stdout
    assert "Matemáticas" not in ran.stdout
    assert report(run(place, "changed.keiko.json", "--offline", "--json"))["records"] == []


def test_a_file_that_is_no_bundle_fails_and_says_where(place: Path) -> None:
    good = (place / "course.keiko.json").read_text(encoding="utf-8")
    (place / "broken.keiko.json").write_text(good.replace('"index":17', '"index":"17"'), "utf-8")

    ran = run(place, "broken.keiko.json", "--offline")

    assert ran.returncode == 1
    assert "$.records[0].index: Expected a number, found text." in ran.stdout
    refused = report(run(place, "broken.keiko.json", "--offline", "--json"))["refused"]
    assert refused["path"] == "$.records[0].index"


def test_without_a_trust_file_it_says_how_to_get_one(place: Path) -> None:
    ran = run(place, "course.keiko.json", "--offline")

    assert ran.returncode == 2
    assert "/log/trust.json" in " ".join(ran.stdout.split())
    assert report(run(place, "course.keiko.json", "--offline", "--json"))["trust"] is None


@pytest.mark.parametrize(
    "where", ["environment", "home/.config/keiko/trust.json", "var/trust.json"]
)
def test_the_trust_file_is_found_at_its_usual_places(place: Path, where: str) -> None:
    environment = {}
    if where == "environment":
        environment["KEIKO_TRUST"] = "trust.json"
    else:
        (place / where).parent.mkdir(parents=True)
        (place / "trust.json").rename(place / where)

    ran = run(place, "course.keiko.json", "--offline", "--json", **environment)

    outcomes = {check["id"]: check["outcome"] for check in report(ran)["checks"]}
    assert outcomes["checkpoint"] == "passed"


def test_json_holds_every_check_with_its_outcome(place: Path) -> None:
    ran = run(place, "course.keiko.json", "--trust", "trust.json", "--offline", "--json")

    document = report(ran)
    assert document["outcome"] == "could_not_check"
    assert document["log"] == "Escuela de ejemplo"
    assert {check["id"]: check["outcome"] for check in document["checks"]} == {
        "records": "passed",
        "inclusion": "passed",
        "checkpoint": "passed",
        "anchor": "could_not_check",
        "consistency": "could_not_check",
        "status": "could_not_check",
    }
    assert document["existed_no_later_than"] is None
    assert [each["index"] for each in document["records"]] == list(example.SHOWN)


def test_a_node_that_nobody_reaches_is_no_failure(place: Path) -> None:
    # Port 9 of this machine: nothing listens there.
    ran = run(
        place,
        "course.keiko.json",
        "--trust",
        "trust.json",
        "--node",
        "http://127.0.0.1:9",
        "--json",
    )

    outcomes = {check["id"]: check["outcome"] for check in report(ran)["checks"]}
    assert ran.returncode == 2
    assert outcomes["anchor"] == "could_not_check"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.keiko.json"], "The bundle none.keiko.json cannot be read"),
        (["course.keiko.json", "--trust", "none.json"], "The trust file none.json cannot be read"),
        (["course.keiko.json", "--trust", "course.keiko.json"], "is no trust file: $: "),
        ([], "BUNDLE"),
    ],
)
def test_a_command_that_cannot_be_carried_out_says_why(
    place: Path, arguments: list[str], words: str
) -> None:
    ran = run(place, *arguments)

    assert ran.returncode == 2
    assert words in ran.stderr
    assert ran.stdout == ""
    assert "Traceback" not in ran.stderr


def test_text_of_a_bundle_cannot_move_the_cursor(place: Path) -> None:
    course = example.course()
    good = serialise(course).decode()
    (place / "sly.keiko.json").write_text(
        good.replace("Matemáticas I", "\\u001b[2JResult: passed"), encoding="utf-8"
    )

    ran = run(place, "sly.keiko.json", "--trust", "trust.json", "--offline")

    assert "\N{REPLACEMENT CHARACTER}[2JResult" in ran.stdout
    assert "\x1b" not in ran.stdout


def test_a_terminal_without_these_characters_still_gets_a_report(place: Path) -> None:
    ran = run(
        place, "course.keiko.json", "--offline", "--trust", "trust.json", PYTHONIOENCODING="ascii"
    )

    assert ran.returncode == 2
    assert "passed          inclusion" in ran.stdout
