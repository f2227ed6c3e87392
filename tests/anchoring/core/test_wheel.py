"""The wheel `keiko-verifier`, built and installed where nothing else is: what somebody gets who trusts none of ours.

No network: the wheel is built with what requirements-build.txt pins, and its dependencies are those that are
installed here, copied as files.
"""

import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_string
from importlib import metadata
from pathlib import Path
from shutil import copyfile
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

from tests.anchoring.core import example
from tests.anchoring.core.conftest import Server
from tests.anchoring.core.make_vectors import VECTORS
from tests.anchoring.core.test_cli import ROOT

DEAD_NODE = "http://127.0.0.1:9"  # nothing listens there
COURSE, TRUST = VECTORS / "course.keiko.json", VECTORS / "trust.json"


@dataclass(frozen=True)
class Installed:
    """An environment that holds the wheel and what it depends on."""

    home: Path
    site: Path

    def run(self, *arguments: str | Path, command: str = "keiko-verify") -> tuple[int, str, str]:
        ran = subprocess.run(
            [self.home / "bin" / command, *arguments],
            cwd=self.home,
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.home), "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        return ran.returncode, ran.stdout, ran.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("wheel")
    _do(
        [
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            directory,
            ROOT / "verifier",
        ]
    )
    [found] = directory.glob("keiko_verifier-*-py3-none-any.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    home = tmp_path_factory.mktemp("empty") / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    _do(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            python,
            "install",
            "--quiet",
            "--no-index",
            "--no-deps",
            wheel,
        ]
    )
    [site] = home.glob("lib/python*/site-packages")
    for name in _dependencies(_metadata(wheel).get_all("Requires-Dist") or []):
        _copy(metadata.distribution(name), site)
    return Installed(home, site)


def _do(command: list[str | Path]) -> None:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ran = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def _metadata(wheel: Path):  # type: ignore[no-untyped-def]  # email's own type
    with ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_string(archive.read(name).decode())


def _dependencies(required: list[str]) -> Iterator[str]:
    """The names of what is required, and of what that requires."""
    for text in required:
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement.name
            yield from _dependencies(metadata.requires(requirement.name) or [])


def _copy(distribution: metadata.Distribution, site: Path) -> None:
    for file in distribution.files or []:
        if ".." not in file.parts and "__pycache__" not in file.parts:
            (site / file).parent.mkdir(parents=True, exist_ok=True)
            copyfile(Path(str(distribution.locate_file(file))), site / file)


def test_the_wheel_holds_the_verifier_and_its_licence_and_nothing_else(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = archive.namelist()

    folders = {"/".join(name.split("/")[:2]) for name in names if ".dist-info/" not in name}
    assert folders == {"anchoring/core", "chain/light"}
    assert "anchoring/core/LICENSE" in names
    sources = {
        path.relative_to(ROOT).as_posix()
        for part in ("anchoring/core", "chain/light")
        for path in (ROOT / part).rglob("*.py")
    }
    assert {name for name in names if name.endswith(".py")} == sources


def test_it_needs_two_packages_and_none_of_django(wheel: Path, installed: Installed) -> None:
    required = {Requirement(text).name for text in _metadata(wheel).get_all("Requires-Dist") or []}
    assert required == {"cryptography", "rfc8785"}
    status, _, errors = installed.run("-c", "import django", command="python")
    assert status == 1
    assert "No module named 'django'" in errors


def test_it_tells_its_version_and_how_it_is_used(wheel: Path, installed: Installed) -> None:
    assert installed.run("--version") == (0, f"keiko-verify {_metadata(wheel)['Version']}\n", "")
    assert "BUNDLE" in installed.run("--help")[1]
    assert installed.run("monitor", "--help")[0] == 0


def test_offline_a_good_bundle_could_not_be_checked_wholly(installed: Installed) -> None:
    status, report, errors = installed.run(COURSE, "--trust", TRUST, "--offline")

    assert status == 2
    assert report.count("✓ passed") == 3
    assert report.count("? could not check") == 3
    assert errors == ""


def test_offline_a_changed_bundle_fails(installed: Installed, tmp_path: Path) -> None:
    changed = tmp_path / "changed.keiko.json"
    changed.write_text(COURSE.read_text("utf-8").replace('"raw":6', '"raw":7'), encoding="utf-8")

    status, report, _ = installed.run(changed, "--trust", TRUST, "--offline")

    assert status == 1
    assert "record 17: result was changed" in report


def test_a_file_that_is_cut_fails_with_its_reason(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "cut.keiko.json").write_bytes(COURSE.read_bytes()[:2000])

    status, report, errors = installed.run(tmp_path / "cut.keiko.json", "--offline")

    assert status == 1
    assert "$: This is not JSON" in report
    assert errors == ""


def test_online_everything_passes_at_one_node(installed: Installed, local: Path) -> None:
    status, report, _ = installed.run(local / "course.keiko.json", "--trust", local / "trust.json")

    assert status == 0, report
    assert "Result: passed." in report


@pytest.mark.parametrize(
    ("nodes", "status", "outcome"),
    [
        (["/"], 0, "passed"),
        (["/", DEAD_NODE], 0, "passed"),
        ([DEAD_NODE], 2, "could_not_check"),
        (["/forked"], 1, "failed"),
        (["/", "/forked"], 1, "failed"),
        (["/forked", "/", DEAD_NODE], 1, "failed"),
    ],
)
def test_of_several_nodes_one_confirmation_is_enough_and_one_contradiction_too_many(
    installed: Installed, local: Path, server: Server, nodes: list[str], status: int, outcome: str
) -> None:
    asked = [f"--node={node if node == DEAD_NODE else server.url + node}" for node in nodes]

    found, report, _ = installed.run(
        local / "course.keiko.json", "--trust", local / "trust.json", "--json", *asked
    )

    checks = {check["id"]: check["outcome"] for check in json.loads(report)["checks"]}
    assert (found, checks["anchor"]) == (status, outcome)


def test_the_report_for_programs_is_json(installed: Installed, local: Path) -> None:
    status, report, _ = installed.run(
        local / "course.keiko.json", "--trust", local / "trust.json", "--json"
    )

    document = json.loads(report)
    assert status == 0
    assert document["outcome"] == "passed"
    assert [each["index"] for each in document["records"]] == list(example.SHOWN)
