"""Makes .venv, installs the pinned packages into it, and goes on inside it.

Runs with the system's Python before anything is installed: standard library only, and written
so that a Python too old for Keiko still gets far enough to say so.

Usage: python3 keiko/launcher/bootstrap.py COMMAND [ARGUMENT ...]
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "keiko-installed.json"
LOG = ROOT / "var" / "log" / "install.log"
OLDEST = (3, 11)
# Looked for when `python3` is older; the version that the pins were resolved for comes first.
OTHER_PYTHONS = ("python3.11", "python3.12", "python3.13", "python3.14")

RUN = ["requirements.txt", "requirements-build.txt"]
DEVELOP = [*RUN, "requirements-dev.txt"]
REQUIREMENTS = {"install": RUN, "run": RUN}
VERIFIER = "verifier/pyproject.toml"  # gives .venv/bin/keiko-verify

UNREACHABLE = re.compile(
    r"NewConnectionError|NameResolutionError|Temporary failure in name resolution|"
    r"Name or service not known|Network is unreachable|Connection refused|ConnectTimeoutError|"
    r"ReadTimeoutError|ProxyError|SSLError|CERTIFICATE_VERIFY_FAILED|Could not fetch URL"
)
NO_WHEEL = re.compile(r"No matching distribution found for ([A-Za-z0-9._-]+(?:==[^\s(]+)?)")
NOT_BUILT = re.compile(r"Failed (?:building wheel for|to build) ['\"]?([A-Za-z0-9._-]+)")


class Stop(Exception):
    """One line that says what to do."""


def main(arguments: list[str]) -> int:
    """Install what COMMAND needs, then replace this process by it.

    Returns an exit code when there is nothing to go on to.
    """
    command = arguments[0] if arguments else "run"
    try:
        use_a_recent_python(arguments)
        with one_at_a_time():
            make_venv()
            install(REQUIREMENTS.get(command, DEVELOP))
    except Stop as stop:
        sys.stderr.write(f"make {command}: {stop}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    if command != "install":
        os.chdir(ROOT)
        go_on_as(venv_python(), ["-m", "keiko.launcher", *arguments])
    return 0


def go_on_as(python: Path | str, arguments: list[str]) -> None:
    """Become that Python, so that whoever signals us signals the program."""
    os.execv(python, [str(python), *arguments])  # noqa: S606 -- no shell is wanted here


def use_a_recent_python(arguments: list[str]) -> None:
    """Go on with a newer Python of this machine when this one is too old."""
    if sys.version_info >= OLDEST:
        return
    for name in OTHER_PYTHONS:
        path = shutil.which(name)
        if path and subprocess.call([path, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            go_on_as(path, ["-I", str(Path(__file__).resolve()), *arguments])
    raise Stop(
        f"Keiko needs Python 3.11 or later and this is {platform.python_version()}. "
        "Install one, or name it: make run PYTHON=/path/to/python3.11"
    )


def one_at_a_time() -> IO[str]:
    """An open file that is locked until it closes, so that two commands do not install at once."""
    try:
        import fcntl
    except ImportError:
        raise Stop("Keiko runs on Linux and macOS; on Windows use WSL.") from None
    LOG.parent.mkdir(parents=True, exist_ok=True)
    lock = (ROOT / "var" / "install.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Waiting for another command of this checkout to finish installing ...")
        fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def venv_python() -> Path:
    return VENV / "bin" / "python"


def make_venv() -> None:
    """Make .venv, anew when it was made by another Python or was moved here from elsewhere."""
    if venv_python().exists() and works(venv_python()):
        return
    if VENV.is_symlink():
        raise Stop(f"{VENV} is a link and leads to no working environment; remove it.")
    say(f"Making .venv with Python {platform.python_version()} ...")
    made = capture([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if made.returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if "ensurepip" in made.stdout or "No module named" in made.stdout:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise Stop(
            "this Python cannot make virtual environments. On Debian and Ubuntu: "
            f"apt-get install python{version}-venv"
        )
    raise Stop("python3 -m venv failed: " + last_line(made.stdout))


def works(python: Path) -> bool:
    """Whether `python` starts, is recent enough, and believes that it lives in our .venv."""
    question = f"import sys; print(sys.prefix); sys.exit(sys.version_info < {OLDEST!r})"
    answer = capture([str(python), "-I", "-c", question])
    return answer.returncode == 0 and Path(answer.stdout.strip()).resolve() == VENV.resolve()


def install(requirements: list[str]) -> None:
    """Install the files that changed since they were installed last; the stamp remembers them."""
    wanted = {name: digest(name) for name in requirements}
    if (ROOT / VERIFIER).exists():
        wanted[VERIFIER] = digest(VERIFIER)
    stamp = read_stamp()
    # In a moved checkout the scripts in .venv/bin name the old place.
    known = stamp.get("files", {}) if stamp.get("venv") == str(VENV) else {}
    if all(known.get(name) == value for name, value in wanted.items()):
        return
    pins = sum(count_pins(name) for name in requirements)
    say(f"Installing {pins} packages into .venv (the first time this takes a minute) ...")
    pip_install([word for name in requirements for word in ("-r", name)])
    if VERIFIER in wanted:
        # Built by what requirements-build.txt pins, not by whatever pip would fetch for it.
        isolated = ["--no-deps", "--no-build-isolation"]
        pip_install([*isolated, "--editable", f"./{Path(VERIFIER).parent}"], from_source=True)
    write_stamp({"venv": str(VENV), "files": {**known, **wanted}})


def pip_install(arguments: list[str], *, from_source: bool = False) -> None:
    """Install ready-made wheels; build from source only what has none."""
    command = [str(venv_python()), "-m", "pip", "install", "--no-input"]
    wheels_only = [] if from_source else ["--only-binary", ":all:"]
    output = run_pip([*command, *wheels_only, *arguments])
    if output is None:
        return
    missing = NO_WHEEL.search(output)
    if from_source or not missing or UNREACHABLE.search(output):
        raise Stop(explain(output))
    say(f"No ready-made wheel of {missing.group(1)}; building it from source ...")
    output = run_pip([*command, *arguments])
    if output is not None:
        raise Stop(explain(output))


def run_pip(command: list[str]) -> str | None:
    """None when it went well, else all that pip said; either way it is in the log."""
    done = capture(command)
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(command)}\n{done.stdout}\n")
    return None if done.returncode == 0 else done.stdout


def explain(output: str) -> str:
    """One line for a failed installation: what happened, and what to do."""
    tail = f" (all of pip's output: {LOG})"
    here = f"Python {sys.version_info[0]}.{sys.version_info[1]} on {platform.machine()}"
    if "No space left on device" in output:
        return "no space left on the disk while installing; about 1 GB is needed." + tail
    if "Permission denied" in output:
        return ".venv belongs to another user: remove it and try again." + tail
    if UNREACHABLE.search(output):
        return (
            "pip cannot reach its package registry. Check the network and the proxy "
            "(HTTPS_PROXY), or name a mirror with PIP_INDEX_URL." + tail
        )
    if built := NOT_BUILT.search(output):
        return (
            f"{built.group(1)} has no ready-made wheel for {here} and did not build. Install a "
            "compiler (on Debian: apt-get install build-essential python3-dev), or use "
            "Python 3.11." + tail
        )
    if missing := NO_WHEEL.search(output):
        return (
            f"the registry has no {missing.group(1)} for {here}. Use Python 3.11, or name "
            "another registry with PIP_INDEX_URL." + tail
        )
    return "pip failed: " + last_line(output) + tail


def capture(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; its output and errors come back as one text."""
    return subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )


def digest(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def count_pins(name: str) -> int:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return sum("==" in line and not line.startswith("#") for line in lines)


def read_stamp() -> dict[str, Any]:
    try:
        stamp: dict[str, Any] = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        stamp = {}  # never installed, or interrupted while writing: install again
    return stamp


def write_stamp(stamp: dict[str, Any]) -> None:
    new = STAMP.with_suffix(".new")
    new.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    new.replace(STAMP)


def last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
