"""`make run` as a whole: real services, the demo played, a clean end."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest
import requests

from keiko.launcher.places import ROOT
from keiko.launcher.ports import free_port

pytestmark = pytest.mark.chain
DEMO_KEYS = {
    "xapi_endpoint", "key", "secret", "share_url", "bundle", "admin_url", "admin_email",
    "admin_password", "learner_email", "learner_password", "chain_url",
}  # fmt: skip
START_SECONDS = 240
STOP_SECONDS = 40


class Running:
    """A launcher in a process of its own; everything that it started, by process."""

    def __init__(self, var, port):
        env = {name: value for name, value in os.environ.items() if name not in GIVEN_TO_THE_SUITE}
        self.output = []
        self._ready = threading.Event()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "keiko.launcher", "run"],
            cwd=ROOT,
            env={**env, "KEIKO_VAR": str(var), "PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.output.append(line)
            if line.startswith("Ctrl-C stops Keiko"):
                self._ready.set()
        self._ready.set()

    @property
    def text(self):
        return "".join(self.output)

    def wait_until_ready(self):
        assert self._ready.wait(START_SECONDS), self.text
        assert self.process.poll() is None, self.text

    def family(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self, number):
        """Its exit code, and what was left of its family."""
        family = self.family()
        self.process.send_signal(number)
        code = self.process.wait(STOP_SECONDS)
        _, left = psutil.wait_procs(family, timeout=5)
        return code, left


GIVEN_TO_THE_SUITE = {
    "DATABASE_URL",
    "KEIKO_VAR",
    "CHAIN_URL",
    "PUBLIC_URL",
    "DJANGO_SETTINGS_MODULE",
}


@pytest.fixture
def launched(node, place):
    """Starts launchers over one directory, and leaves none behind."""
    started = []

    def launch():
        started.append(Running(place / "var", port))
        return started[-1]

    port = free_port()
    yield launch
    for running in started:
        if running.process.poll() is None:
            running.stop(signal.SIGTERM)


def status(url):
    return requests.get(url, timeout=30).status_code


def test_one_command_plays_the_journey_and_leaves_no_process(launched, place):
    var = place / "var"
    first = launched()
    first.wait_until_ready()
    demo = json.loads((var / "demo.json").read_text(encoding="utf-8"))
    assert set(demo) >= DEMO_KEYS
    assert all(demo.values())
    assert demo["share_url"] in first.text
    assert status(demo["share_url"]) == 200
    assert json.loads((var / "services.json").read_text())["CHAIN_URL"] == demo["chain_url"]

    second = launched()
    assert second.process.wait(20) == 1
    assert f"Keiko runs here already (process {first.process.pid})" in second.text

    code, left = first.stop(signal.SIGTERM)
    assert (code, left) == (0, [])
    assert not (var / "services.json").exists()

    # A later start keeps the data and does not play again; a service that dies is replaced.
    third = launched()
    third.wait_until_ready()
    again = json.loads((var / "demo.json").read_text(encoding="utf-8"))
    assert again["share_url"] == demo["share_url"]
    assert "Sending a school's term" not in third.text
    worker = next(child for child in third.family() if "worker" in child.cmdline())
    worker.kill()
    eventually(lambda: "The worker was killed by SIGKILL; starting it again" in third.text)
    eventually(lambda: any("worker" in child.cmdline() for child in third.family()))

    code, left = third.stop(signal.SIGINT)
    assert (code, left) == (0, [])


def eventually(question, seconds=20):
    deadline = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)
