"""What a verifier installs stands by itself."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

from tests.anchoring.core.test_cli import ROOT, START

PARTS = ("anchoring/core", "chain/light")
ALLOWED = {"anchoring", "chain", "cryptography", "rfc8785"}


def _imports(source: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_it_imports_its_two_dependencies_and_itself_only() -> None:
    for part in PARTS:
        for source in (ROOT / part).rglob("*.py"):
            for name in _imports(source):
                top = name.partition(".")[0]
                assert top in ALLOWED | sys.stdlib_module_names, f"{source.name} imports {name}"
                assert top not in {"anchoring", "chain"} or name.startswith(
                    ("anchoring.core", "chain.light")
                ), f"{source.name} imports {name}"


def test_it_runs_where_nothing_else_of_the_project_is(tmp_path: Path) -> None:
    for part in PARTS:
        shutil.copytree(ROOT / part, tmp_path / part)

    ran = subprocess.run(
        [sys.executable, "-c", START, "--help"],
        cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True,
        timeout=60, check=True,
    )  # fmt: skip

    assert "BUNDLE" in ran.stdout
