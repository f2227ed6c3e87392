"""`make check`: everything that can be said about the code without running the suite."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from keiko.launcher.places import ROOT

_PYTHON = sys.executable
_BIN = Path(sys.executable).parent
COMMANDS: dict[str, list[str]] = {
    "lint": [str(_BIN / "ruff"), "check", "."],
    "format": [str(_BIN / "ruff"), "format", "--check", "."],
    "types": [_PYTHON, "-m", "mypy"],
    "imports": [str(_BIN / "lint-imports")],
    "migrations": [_PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    "translations": [_PYTHON, "manage.py", "translations", "--check"],
}
# makemigrations compares with the code alone; Django would warn that it could not compare with
# the tables as well.
_NO_DATABASE = {
    "DATABASE_URL": "postgresql://127.0.0.1:9/none",
    "DATABASE_POOL_TIMEOUT": "1",
    "LOG_LEVEL": "CRITICAL",
    "PYTHONWARNINGS": "ignore::RuntimeWarning",
}
# What may be shipped beside code under the Apache License 2.0. LGPL: used as a library.
_COPYLEFT = re.compile(r"\b(A?GPL|GNU (Affero )?General Public)", re.IGNORECASE)
# Read by a person, because the package's own words are not enough.
_REVIEWED = {
    "smoldot-light": "LICENSE is Apache-2.0; the smoldot crate inside is GPL-3.0-or-later WITH "
    "Classpath-exception-2.0, which permits linking. substrate-interface asks for it; we never "
    "import it, and it is fetched from PyPI, not shipped with Keiko.",
}
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==\S+", re.MULTILINE)
_MACHINE_PATH = re.compile(r"(?<![\w.~$}/])/(?:work|root|home/[a-z]\w*|Users/\w+)/\w")
_TEXT = {".py", ".md", ".toml", ".txt", ".in", ".mjs", ".js", ".json", ".html", ".css", ".yml", ""}


def check() -> int:
    """Run every check, also after one failed; returns 1 when any did."""
    failed = [name for name, command in COMMANDS.items() if not _passes(name, command)]
    own: dict[str, Callable[[], list[str]]] = {
        "pins": unpinned,
        "licences": copyleft_packages,
        "machine paths": machine_paths,
    }
    for name, find in own.items():
        problems = find()
        print(f"== {name}: {'ok' if not problems else ''}", flush=True)
        for problem in problems:
            print(f"   {problem}")
        if problems:
            failed.append(name)
    print(f"make check: failed: {', '.join(failed)}" if failed else "make check: all is well")
    return 1 if failed else 0


def unpinned() -> list[str]:
    """What a .in file asks for and its .txt does not pin, and lines of a .txt that are no pin."""
    problems = []
    for name in ("requirements", "requirements-s3", "requirements-dev", "requirements-build"):
        pins = set(pinned(f"{name}.txt"))
        for line in (ROOT / f"{name}.in").read_text(encoding="utf-8").splitlines():
            wanted = re.match(r"([A-Za-z0-9][A-Za-z0-9._-]*)", line)
            if wanted and _normal(wanted.group(1)) not in pins:
                problems.append(f"{name}.txt does not pin {wanted.group(1)}: make requirements")
    for path in sorted(ROOT.glob("requirements*.txt")):
        problems += [
            f"{path.name}: not an exact version: {line}"
            for line in path.read_text(encoding="utf-8").splitlines()
            if line and not line.startswith("#") and not _PIN.match(line)
        ]
    return problems


def copyleft_packages() -> list[str]:
    """Packages of requirements.txt whose licence would bind those who ship Keiko."""
    problems = []
    for name in pinned("requirements.txt"):
        if name in _REVIEWED:
            continue
        try:
            facts = distribution(name).metadata
        except PackageNotFoundError:
            continue  # of another platform; pip would have failed on one of ours
        said = facts.get_all("License-Expression") or facts.get_all("License") or []
        classifiers = [c for c in facts.get_all("Classifier") or [] if c.startswith("License")]
        text = " ".join([*(word.split("\n", 1)[0] for word in said), *classifiers])
        text = text.replace("LGPL", "")
        if _COPYLEFT.search(text.replace("GNU Lesser General Public", "")):
            problems.append(f"{name}: {text}")
        elif not text.strip():
            problems.append(f"{name}: says nothing about its licence")
    return problems


def machine_paths() -> list[str]:
    """Tracked text that names a directory of somebody's own machine."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    problems = []
    for name in filter(None, listing.stdout.split("\0")):
        path = ROOT / name
        if path.suffix not in _TEXT or not path.is_file():
            continue
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), 1
        ):
            if _MACHINE_PATH.search(line):
                problems.append(f"{name}:{number}: {line.strip()[:100]}")
    return problems


def pinned(name: str) -> list[str]:
    """The names of a requirements file, in the form that packages are compared by (PEP 503)."""
    return [_normal(found) for found in _PIN.findall((ROOT / name).read_text(encoding="utf-8"))]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _passes(name: str, command: list[str]) -> bool:
    print(f"== {name}", flush=True)
    env = {**os.environ, **_NO_DATABASE} if name == "migrations" else None
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode == 0
