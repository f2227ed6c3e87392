"""The verifier that runs in a visitor's browser, tested by Node.js: `node --test` on this folder."""

import functools
import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from whitenoise.media_types import MediaTypes

from keiko.launcher.node import find_or_bring_node

HERE = Path(__file__).parent
VERIFIER = HERE.parents[2] / "passport" / "static" / "passport" / "verify"
VECTORS = HERE.parents[1] / "vectors"
NOBLE = VERIFIER / "vendor" / "noble"


@functools.cache
def node() -> str:
    """The Node.js to test with: the machine's, else one brought into .venv. None is a failure."""
    return str(find_or_bring_node(Path(os.environ["KEIKO_VAR"]) / "log" / "install.log").node)


@pytest.mark.parametrize("path", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.name)
def test_its_own_suite_passes(path: Path) -> None:
    ran = subprocess.run(
        [node(), "--test", "--test-reporter=spec", path.name],
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    passed = re.search(r"pass (\d+)", ran.stdout)
    assert passed, ran.stdout
    assert int(passed[1]) > 0


def test_the_vendored_files_are_those_that_the_readme_lists() -> None:
    listed = dict(
        reversed(line.split("  ", 1))
        for line in (NOBLE / "README.md").read_text().splitlines()
        if re.match(r"[0-9a-f]{64}  ", line)
    )
    found = {
        path.relative_to(NOBLE).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in NOBLE.rglob("*")
        if path.is_file() and path.name != "README.md"
    }
    assert found == listed


def test_the_static_files_as_they_are_published_import_each_other(
    settings: Any, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "keiko.staticfiles.ModuleManifestStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    manifest = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    # Only the files that a page would load, under the names that it would load them by.
    published = tmp_path / "published"
    for name, hashed in manifest.items():
        if name.startswith("passport/") and name.endswith(".js"):
            assert hashed != name
            (published / hashed).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(tmp_path / hashed, published / hashed)
    (published / "package.json").write_text('{"type": "module"}')
    entry = manifest["passport/verify/verification.js"]
    script = f"import {{ CHECK_IDS }} from './{entry}'; console.log(CHECK_IDS.join());"
    ran = subprocess.run(
        [node(), "--input-type=module", "--eval", script],
        cwd=published,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.stdout.strip() == "records,inclusion,checkpoint,anchor,consistency,status", (
        ran.stderr
    )
    page = (published / manifest["passport/proof-page.js"]).read_text()
    assert Path(entry).name in page
    assert Path(manifest["passport/verdict.js"]).name in page


def test_the_published_files_are_served_as_javascript() -> None:
    kept = MediaTypes()
    for path in VERIFIER.rglob("*.js"):
        assert kept.get_type(path.name) == "text/javascript"


def test_the_command_line_tells_the_outcome_by_its_exit_status(tmp_path: Path) -> None:
    bundle, trust = VECTORS / "course.keiko.json", VECTORS / "trust.json"
    changed, no_trust = tmp_path / "changed.json", tmp_path / "trust.json"
    changed.write_bytes(bundle.read_bytes().replace(b'"version"', b'"versiom"', 1))
    no_trust.write_text("{}")

    def status(*arguments: Path) -> int:
        command = [node(), "run.mjs", *map(str, arguments), "--offline"]
        ran = subprocess.run(command, cwd=HERE, capture_output=True, timeout=60, check=False)
        assert json.loads(ran.stdout), ran.stderr
        return ran.returncode

    assert status(bundle, trust) == 2
    assert status(bundle) == 2
    assert status(changed, trust) == 1
    assert status(bundle, no_trust) == 3
