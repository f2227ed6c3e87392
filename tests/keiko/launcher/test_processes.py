import os
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

from keiko.launcher.errors import LauncherError
from keiko.launcher.processes import Supervisor, start_child

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
DEAF = [
    sys.executable,
    "-c",
    (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print('deaf', flush=True); time.sleep(600)"
    ),
]
# A program that starts another, tells its number, and waits.
PARENT = [
    sys.executable,
    "-c",
    (
        "import subprocess, sys, time; "
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
        "print(child.pid, flush=True); time.sleep(600)"
    ),
]


def eventually(question, seconds=10):
    deadline = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def running(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def number_in(log):
    eventually(lambda: log.exists() and log.read_text().strip())
    return int(log.read_text().split()[0])


class TestChild:
    def test_stops_when_it_is_asked(self, tmp_path):
        child = start_child("sleeper", SLEEP, log=tmp_path / "log")
        assert child.alive
        child.stop()
        assert not child.alive
        assert child.how_it_ended() == "the sleeper was killed by SIGTERM"

    def test_is_killed_when_it_does_not_listen(self, tmp_path, capsys):
        child = start_child("deaf one", DEAF, log=tmp_path / "log", stop_seconds=0.2)
        eventually(lambda: (tmp_path / "log").read_text())
        child.stop()
        assert child.how_it_ended() == "the deaf one was killed by SIGKILL"
        assert "did not stop" in capsys.readouterr().out

    def test_takes_its_own_children_with_it(self, tmp_path):
        child = start_child("parent", PARENT, log=tmp_path / "log")
        grandchild = number_in(tmp_path / "log")
        assert running(grandchild)
        child.stop()
        eventually(lambda: not running(grandchild))

    def test_may_be_stopped_twice(self, tmp_path):
        child = start_child("sleeper", SLEEP, log=tmp_path / "log")
        child.stop()
        child.stop()

    def test_that_cannot_be_started_is_one_line(self, tmp_path):
        with pytest.raises(LauncherError, match="the thing cannot be started: no-such-program"):
            start_child("thing", ["no-such-program"], log=tmp_path / "log")

    @pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's own")
    def test_ends_when_the_launcher_is_killed(self, tmp_path):
        log = tmp_path / "log"
        program = (
            "import sys, time; from pathlib import Path;"
            "from keiko.launcher.processes import start_child;"
            f"child = start_child('sleeper', {SLEEP!r}, log=Path({str(log)!r}));"
            "print(child.popen.pid, flush=True); time.sleep(600)"
        )
        launcher = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
        pid = int(launcher.stdout.readline())
        assert running(pid)
        launcher.kill()
        launcher.wait()
        eventually(lambda: not running(pid))


class TestSupervisor:
    def test_stops_in_the_reverse_order_of_starting(self, tmp_path):
        stopped = []

        class Recorded:
            alive = True
            log = tmp_path / "log"

            def __init__(self, name):
                self.name = name

            def stop(self):
                stopped.append(self.name)

            def how_it_ended(self):
                return ""

        supervisor = Supervisor()
        for name in ("database", "chain", "web"):
            supervisor.add(Recorded(name))
        supervisor.stop_all()
        assert stopped == ["web", "chain", "database"]

    def test_names_the_child_that_died_its_log_and_its_last_words(self, tmp_path):
        log = tmp_path / "worker.log"
        supervisor = Supervisor()
        supervisor.add(start_child("sleeper", SLEEP, log=tmp_path / "log"))
        supervisor.add(start_child("worker", [sys.executable, "-c", "exit('no broker')"], log=log))
        try:
            with pytest.raises(LauncherError) as raised:
                supervisor.watch(poll_seconds=0.02)
        finally:
            supervisor.stop_all()
        assert str(raised.value) == (
            f"the worker ended with code 1; its log is {log}\n    no broker"
        )

    def test_a_child_killed_from_outside_is_noticed(self, tmp_path):
        supervisor = Supervisor()
        child = supervisor.add(start_child("web server", SLEEP, log=tmp_path / "log"))
        os.kill(child.popen.pid, signal.SIGKILL)
        with pytest.raises(LauncherError, match="the web server was killed by SIGKILL"):
            supervisor.watch(poll_seconds=0.02)
        supervisor.stop_all()

    def test_starts_a_child_again_and_says_so(self, tmp_path, capsys):
        supervisor = Supervisor()
        log = tmp_path / "worker.log"
        first = supervisor.add(
            start_child("worker", SLEEP, log=log), lambda: start_child("worker", SLEEP, log=log)
        )
        os.kill(first.popen.pid, signal.SIGKILL)
        watching = threading.Thread(target=supervisor.watch, args=(0.02,), daemon=True)
        watching.start()
        eventually(lambda: supervisor.children()[0] is not first)
        second = supervisor.children()[0]
        assert second.alive
        assert "The worker was killed by SIGKILL; starting it again" in capsys.readouterr().out
        supervisor.stop_all()

    def test_gives_up_on_a_child_that_ends_again_and_again(self, tmp_path):
        log = tmp_path / "worker.log"

        def start():
            return start_child("worker", [sys.executable, "-c", "exit('no broker')"], log=log)

        supervisor = Supervisor()
        supervisor.add(start(), start)
        with pytest.raises(LauncherError, match="the worker ended with code 1"):
            supervisor.watch(poll_seconds=0.02)
        assert log.read_text().count("no broker") == 4
        supervisor.stop_all()
