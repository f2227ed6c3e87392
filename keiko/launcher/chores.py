"""The developer's smaller commands: `make bench`, `make requirements`, `make messages`."""

import subprocess
import sys

from keiko.launcher.errors import LauncherError
from keiko.launcher.places import ROOT


def bench() -> int:
    """Every benchmark under bench/, one after the other; the first that fails ends it."""
    found = sorted(path for path in (ROOT / "bench").glob("*.py") if not path.name.startswith("_"))
    if not found:
        raise LauncherError("there is no benchmark under bench/.")
    for path in found:
        print(f"== bench/{path.name}", flush=True)
        _run([sys.executable, "-m", f"bench.{path.stem}"])
    return 0


def requirements() -> int:
    """Resolve requirements*.in anew, without the name of any registry in the result."""
    for name in ("requirements", "requirements-dev", "requirements-build"):
        _run(
            [sys.executable, "-m", "piptools", "compile", "--quiet", "--strip-extras",
             "--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host",
             "--no-emit-options", "--annotation-style=line",
             f"--output-file={name}.txt", f"{name}.in"]
        )  # fmt: skip
    return 0


def messages() -> int:
    """Collect the words to translate, and compile what is translated."""
    _run([sys.executable, "manage.py", "translations"])
    return 0


def _run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode != 0:
        raise LauncherError(f"{' '.join(command[1:4])} ended with code {done.returncode}")
