"""The verifier that runs in a visitor's browser, tested by Node.js: `node --test` on this folder."""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
VERIFIER = HERE.parents[2] / "passport" / "static" / "passport" / "verify"
NOBLE = VERIFIER / "vendor" / "noble"


def node() -> str:
    """The Node.js to test with. Where CI has none, that is a failure; elsewhere a reason to skip."""
    found = os.environ.get("NODE") or shutil.which("node")
    if found is None and os.environ.get("CI"):
        pytest.fail("Node.js is missing, and CI must test the JavaScript verifier.")
    if found is None:
        pytest.skip("Node.js is missing: the JavaScript verifier is not tested.")
    return found


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
