"""`make test`: brings what the suite needs, runs it, and names what could not run."""

import os
import signal
import subprocess
import sys

from keiko.launcher.browser import find_or_bring_browser
from keiko.launcher.devchain import DEVNET
from keiko.launcher.errors import LauncherError
from keiko.launcher.node import find_or_bring_node, install_packages
from keiko.launcher.places import ROOT, Places
from keiko.launcher.processes import die_with_parent

_MOST_WORKERS = 4  # each has a PostgreSQL, and at times a browser and a development chain


def run_suite(arguments: list[str]) -> int:
    """Returns pytest's exit code. `arguments` are pytest's, `--cov` among them: coverage is measured where
    it is asked for, because it nearly doubles the time of tests that are short. Without any the suite is
    shared between the processors.

    Where no browser can be had the other tests run and the last line names those that did not;
    with CI=true that is a failure. Raises LauncherError.
    """
    places = Places.of_this_checkout()
    log = places.log("install")
    nodejs = find_or_bring_node(log)
    install_packages(DEVNET, nodejs, log=log)
    browser = find_or_bring_browser(log)
    if browser is None and os.environ.get("CI"):
        raise LauncherError(f"CI needs a Chromium and none could be installed (see {log})")
    not_run = places.var / "tests-not-run.txt"
    not_run.unlink(missing_ok=True)
    env = {**os.environ, "KEIKO_TESTS_NOT_RUN": str(not_run)}
    code = _run_pytest(arguments or [*_whole_suite(), "--durations=15"], env)
    if not_run.exists():
        names = not_run.read_text(encoding="utf-8").split()
        print(f"NOT RUN, for there is no browser here (install chromium): {', '.join(names)}")
    return code


def _whole_suite() -> list[str]:
    """Each file as a whole to whichever worker is free, so that what a module shares is made once; in their order, for
    with the most tests first the slow ones would be left to the end. A test that hangs ends its worker with what every
    thread does, and then the suite: a worker in its place would begin the file anew, the same test among it."""
    hangs = ["-o", "faulthandler_timeout=600", "-o", "faulthandler_exit_on_timeout=true"]
    workers = min(_processors(), _MOST_WORKERS)
    if workers == 1:
        return hangs
    by_file = ["--dist", "loadfile", "--no-loadscope-reorder", "--max-worker-restart", "0"]
    return [*hangs, "-n", str(workers), *by_file]


def _processors() -> int:
    """How many this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _run_pytest(arguments: list[str], env: dict[str, str]) -> int:
    """Wait for pytest to its end, also when we are told to stop: it says how far it came, and
    stops the services that it started."""
    child = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=ROOT,
        env=env,
        preexec_fn=die_with_parent(signal.SIGINT),
    )
    signal.signal(signal.SIGINT, lambda *_: None)  # the terminal interrupts pytest as well
    signal.signal(signal.SIGTERM, lambda *_: child.send_signal(signal.SIGINT))
    return child.wait()
