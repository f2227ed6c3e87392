"""The developer's smaller commands: `make bench`, `make requirements`, `make messages`."""

import subprocess
import sys

from keiko.launcher.errors import LauncherError
from keiko.launcher.node import find_or_bring_node
from keiko.launcher.places import ROOT, Places


def bench(arguments: list[str]) -> int:
    """The table of the record store (bench/__main__.py, which takes the arguments), then the log's and the
    verifiers' benchmarks; the first that fails ends it."""
    _run([sys.executable, "-m", "bench", *arguments])
    for name in ("sequencing", "commitments"):
        print(f"== bench/{name}.py", flush=True)
        _run([sys.executable, "-m", f"bench.{name}"])
    in_node = sorted((ROOT / "bench").glob("[a-z]*.mjs"))
    if in_node:
        node = find_or_bring_node(Places.of_this_checkout().log("install")).node
        for path in in_node:
            print(f"== bench/{path.name}", flush=True)
            _run([str(node), str(path)])
    return 0


def requirements() -> int:
    """Resolve requirements*.in anew, without the name of any registry in the result."""
    for name in ("requirements", "requirements-s3", "requirements-dev", "requirements-build"):
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
