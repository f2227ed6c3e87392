"""The commands of docs/hierarchy.md do what the document says of them, run as they stand there."""

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from lrs.hierarchy.services import Declaration, create_node
from lrs.hierarchy.types import Level
from lrs.stores.services import create_store
from tests.lrs.conftest import issued_for

DOCUMENT = Path(__file__).parents[3] / "docs" / "hierarchy.md"
pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")


def commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    text = "".join(blocks).replace("\\\n", " ")
    return [line for line in text.splitlines() if line.startswith("curl ")]


@pytest.fixture
def run(live_server, transactional_db, tmp_path):
    """Runs a command of the document on a server with node 7 of the document in it."""
    store = create_store(slug="doc", name="Doc", default_version="1.0.3")
    issued = issued_for(store, "all")
    course = create_node(
        store_id=store.pk,
        iri="https://school.example/maths",
        declaration=Declaration.of(level=Level.COURSE, names={"es": "Matemáticas"}),
    )

    def ran(command: str) -> str:
        for said, meant in (
            ("https://keiko.example", live_server.url),
            ("KEY:SECRET", f"{issued.key}:{issued.secret}"),
            ("nodes/7/", f"nodes/{course.pk}/"),
            ('"parent": 7', f'"parent": {course.pk}'),
        ):
            command = command.replace(said, meant)
        done = subprocess.run(
            [*shlex.split(command), "--silent", "--show-error", "--fail-with-body"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout

    return ran


def test_every_command_of_the_document_does_what_it_says(run, tmp_path):
    declare, listed, export, put, rules = commands()
    node = json.loads(run(declare))
    assert (node["level"], node["names"], node["origin"]) == (
        "class",
        {"es": "Álgebra"},
        "declared",
    )
    (found,) = json.loads(run(listed))["nodes"]
    assert found["id"] == node["parent"]
    run(export)
    assert (tmp_path / "course.csv").read_text(encoding="utf-8").startswith("statement,timestamp,")
    (rule,) = json.loads(run(put))["types"]
    assert (rule["level"], rule["slots"]) == ("session", ["parent"])
    in_force = json.loads(run(rules))
    assert in_force["types"][0]["activity_type"] == rule["activity_type"]
    assert in_force["reapplying"] is True
