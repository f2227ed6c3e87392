"""Waiting until a service can do its work, not only until its process runs."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from keiko.launcher.errors import LauncherError

Probe = Callable[[], bool]


def wait_until(
    probe: Probe,
    *,
    what: str,
    seconds: float,
    log: Path | None = None,
    still_worth_it: Callable[[], None] = lambda: None,
    poll_seconds: float = 0.1,
) -> None:
    """Return once `probe` is true. `still_worth_it` may raise to end the wait early.

    Raises LauncherError after `seconds`.
    """
    deadline = time.monotonic() + seconds
    while not probe():
        still_worth_it()
        if time.monotonic() > deadline:
            where = "" if log is None else f"; its log is {log}"
            raise LauncherError(f"the {what} is not ready after {seconds:.0f} s{where}")
        time.sleep(poll_seconds)


def web_answers(url: str) -> Probe:
    """True once `url` answers 200."""

    def probe() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 -- our own http URL
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    return probe


def written_by(file: Path, pid: Callable[[], int]) -> Probe:
    """True once the process has written its own number into its ready file (`keiko.celery`)."""

    def probe() -> bool:
        try:
            found = int(file.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return False
        return found == pid()

    return probe
