"""`make run`: every service that the environment does not name, then Keiko, then the demo.

Stays in the foreground. Ctrl-C or SIGTERM stops everything. A service that dies is started again, with
a line that says so; one that dies again and again stops everything, with its last words.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from keiko.launcher.devchain import DEVNET, DevChain
from keiko.launcher.errors import LauncherError
from keiko.launcher.locks import hold
from keiko.launcher.node import find_or_bring_node, install_packages
from keiko.launcher.places import ROOT, Places, port_of
from keiko.launcher.ports import kept_port, require_free
from keiko.launcher.postgres import EmbeddedPostgres
from keiko.launcher.processes import Child, Supervisor, die_with_parent, start_child
from keiko.launcher.readiness import wait_until, web_answers, written_by
from keiko.services import NAMES

_OURS = frozenset({"web server", "worker", "beat"})
_DEMO_ANCHOR_SECONDS = "10"  # so that the demo's proof link is complete while somebody watches


class Stopped(Exception):
    """Somebody asked us to stop."""


def run() -> int:
    """Returns the exit code: 0 when it was asked to stop. Raises LauncherError."""
    places = Places.of_this_checkout()
    host, port = os.environ.get("HOST") or "127.0.0.1", port_of("PORT", 8000)
    with hold(
        places.var / "run.lock",
        busy="Keiko runs here already (process {pid}). Stop it first, or run a second one "
        "beside it: KEIKO_VAR=var2 make run PORT=8001",
    ):
        require_free(host, port)
        house = House(places, host, port)
        try:
            with told_to_stop_by(signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                house.start()
                print(
                    f"Ctrl-C stops Keiko; everything is kept. Logs: {places.var / 'log'}",
                    flush=True,
                )
                house.supervisor.watch()
        except Stopped:
            print("\nStopping ...", flush=True)
            return 0
        finally:
            house.stop()
    return 1


@contextmanager
def told_to_stop_by(*signals: signal.Signals) -> Iterator[None]:
    """The first of these signals raises Stopped; from then on they are ignored, for stopping
    is bounded and must not be interrupted."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    for each in signals:
        if signal.getsignal(each) is not signal.SIG_IGN or each is signal.SIGINT:  # nohup
            signal.signal(each, stop)
    try:
        yield
    finally:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)


class House:
    """The services of one `make run`. `env` is what every process of ours is started with."""

    def __init__(self, places: Places, host: str, port: int) -> None:
        self._places = places
        self._host, self._port = host, port
        self._began = time.monotonic()
        self.supervisor = Supervisor()
        self.env = {
            **os.environ,
            "KEIKO_VAR": str(places.var),
            "PUBLIC_URL": os.environ.get("PUBLIC_URL") or f"http://localhost:{port}",
            "PYTHONUNBUFFERED": "1",
        }

    def start(self) -> None:
        """In the order in which they need each other. Raises LauncherError, Stopped."""
        self._start_postgres()
        self._start_chain()
        self._prepare()
        web, worker, beat = self._start_web(), self._start_worker(), self._start_beat()
        self._wait_for_web(web)
        self._wait_for_ready_file(worker)
        self._wait_for_ready_file(beat)
        self._places.write_services(
            {name: self.env[name] for name in NAMES if name in self.env} | {"pid": str(os.getpid())}
        )
        self._say(f"Everything is ready after {time.monotonic() - self._began:.1f} s.")
        self._play_demo()

    def stop(self) -> None:
        self._places.services.unlink(missing_ok=True)
        for child in self.supervisor.children():
            if isinstance(child, Child) and child.name in _OURS:
                child.ask_to_stop()  # at once: none of them needs another, and they take seconds
        self.supervisor.stop_all()

    def _start_postgres(self) -> None:
        if self._given("DATABASE_URL"):
            return
        self._say("Starting PostgreSQL ...")

        def start() -> EmbeddedPostgres:
            return EmbeddedPostgres(self._places.var / "postgres", log=self._places.log("postgres"))

        server = start()
        self.supervisor.add(server.child, lambda: start().child)
        self.env["DATABASE_URL"] = server.url("keiko")

    def _start_chain(self) -> None:
        if self._given("CHAIN_URL"):
            return
        log = self._places.log("install")
        nodejs = find_or_bring_node(log)
        install_packages(DEVNET, nodejs, log=log)
        self._say("Starting the development chain ...")
        chain = DevChain(
            self._places.var / "chain",
            node=nodejs.node,
            port=kept_port(self._places.var / "chain-port"),
            log=self._places.log("chain"),
        )

        def again() -> DevChain:
            chain.start()
            return chain

        self.supervisor.add(chain, again)
        self.env["CHAIN_URL"] = chain.start()
        self.env.setdefault("ANCHOR_INTERVAL_SECONDS", _DEMO_ANCHOR_SECONDS)

    def _given(self, name: str) -> bool:
        """Whether the environment names this service, as `keiko.env.envsecret` reads it."""
        return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))

    def _prepare(self) -> None:
        self._finish([sys.executable, "-m", "keiko.launcher.prepare"], "the tables")

    def _start_web(self) -> Child:
        self._say("Starting the web server, the worker and the clock ...")
        return self._start(
            "web server",
            ["granian", "--interface", "wsgi", "--host", self._host, "--port", str(self._port),
             "--workers", self.env.get("WEB_WORKERS") or "2", "--blocking-threads", "8",
             "--no-ws", "--workers-kill-timeout", "5", "keiko.wsgi:application"],
            log="web",
        )  # fmt: skip

    def _start_worker(self) -> Child:
        # Two processes: an anchor that waits for a slow chain must not hold up the log.
        return self._start(
            "worker",
            ["celery", "--app", "keiko", "worker", "--pool", "prefork", "--concurrency", "2",
             "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"],
            log="worker",
            ready="KEIKO_WORKER_READY_FILE",
        )  # fmt: skip

    def _start_beat(self) -> Child:
        return self._start(
            "beat",
            ["celery", "--app", "keiko", "beat", "--loglevel", "INFO"],
            log="beat",
            ready="KEIKO_BEAT_READY_FILE",
        )

    def _start(self, name: str, argv: list[str], *, log: str, ready: str | None = None) -> Child:
        env = self.env
        if ready is not None:
            file = self._ready_file(log)
            file.unlink(missing_ok=True)
            env = {**env, ready: str(file)}
        module, *rest = argv
        command = [sys.executable, "-m", module, *rest]

        def start() -> Child:
            return start_child(name, command, log=self._places.log(log), env=env, cwd=ROOT)

        return self.supervisor.add(start(), start)

    def _ready_file(self, log: str) -> Path:
        return self._places.var / f"{log}.ready"

    def _wait_for_web(self, web: Child) -> None:
        host = "127.0.0.1" if self._host == "0.0.0.0" else self._host  # noqa: S104 -- compared
        wait_until(
            web_answers(f"http://{host}:{self._port}/healthz"),
            what=web.name,
            seconds=60,
            log=web.log,
            still_worth_it=self.supervisor.require_alive,
        )

    def _wait_for_ready_file(self, child: Child) -> None:
        file = self._ready_file(child.log.stem)
        wait_until(
            written_by(file, lambda: child.popen.pid),
            what=child.name,
            seconds=60,
            log=child.log,
            still_worth_it=self.supervisor.require_alive,
        )

    def _play_demo(self) -> None:
        self._finish([sys.executable, "-m", "keiko.demo", "play"], "the demo")

    def _finish(self, command: list[str], what: str) -> None:
        """Run a program of ours to its end, in this terminal."""
        done = subprocess.run(
            command,
            env=self.env,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C is ours to pass on
            preexec_fn=die_with_parent(signal.SIGTERM),
            check=False,
        )
        self.supervisor.require_alive()
        if done.returncode != 0:
            raise LauncherError(
                f"{what} ended with code {done.returncode}; what it said is above, and the logs "
                f"of the services are in {self._places.var / 'log'}"
            )

    def _say(self, line: str) -> None:
        print(line, flush=True)
