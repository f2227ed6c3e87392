"""Chromium for the browser tests: the machine's, else Playwright's download, else Debian's package."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
_DOWNLOAD_SECONDS = 240
# Nothing that talks to the outside, so that a test sees only what the page itself asks for.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def find_browser() -> Path | None:
    """A Chromium that starts: from the PATH, else the one that Playwright downloaded before."""
    found = [Path(name) for name in map(shutil.which, _NAMES) if name is not None]
    for path in (*found, _MAC):
        if path.exists() and _starts(path):
            return path
    downloaded = _downloaded_by_playwright()
    return downloaded if downloaded.exists() and _starts(downloaded) else None


def find_or_bring_browser(log: Path) -> Path | None:
    """`find_browser`, and what can be installed where it finds none; None when nothing can."""
    found = find_browser()
    if found is not None:
        return found
    print("Bringing a Chromium for the browser tests ...", flush=True)
    _try([sys.executable, "-m", "playwright", "install", "chromium"], log)
    found = find_browser()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        if _try(["apt-get", "update"], log):
            _try(["apt-get", "install", "-y", "--no-install-recommends", "chromium"], log)
        found = find_browser()
    return found


def _downloaded_by_playwright() -> Path:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def _starts(path: Path) -> bool:
    try:
        answer = subprocess.run(
            [path, "--version", "--no-sandbox"], capture_output=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False  # it is there and lacks a library, or hangs: of no use to us
    return answer.returncode == 0


def _try(command: list[str], log: Path) -> bool:
    """Run it to its end, or for four minutes; what it says goes to `log`."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as file:
        try:
            done = subprocess.run(
                command,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                timeout=_DOWNLOAD_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            file.write(f"{error}\n".encode())
            return False
    return done.returncode == 0
