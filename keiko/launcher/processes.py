"""Child processes that never outlive us: each in a group of its own, its output in a file.

A child is told to stop by a signal, waited for, and killed with its whole group when it does not
listen. On Linux the kernel sends the same signal when the launcher itself dies, even by `kill -9`.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

from keiko.launcher.errors import LauncherError

_PR_SET_PDEATHSIG = 1  # prctl(2)
# A child that ends more often than this in so many seconds is not started again.
_MANY, _MANY_SECONDS = 3, 60
_KEEP_LOG_BYTES = 5 * 1024 * 1024


class Supervised(Protocol):
    """What the supervisor asks of a child."""

    @property
    def name(self) -> str: ...
    @property
    def log(self) -> Path: ...
    @property
    def alive(self) -> bool: ...
    def how_it_ended(self) -> str: ...
    def stop(self) -> None: ...


@dataclass
class Child:
    """A program that we started. `log` holds what it wrote."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals
    stop_seconds: float
    _asked: bool = False

    @property
    def alive(self) -> bool:
        return self.popen.poll() is None

    def how_it_ended(self) -> str:
        """'the worker ended with code 1', 'the worker was killed by SIGKILL'."""
        return f"the {self.name} {ending(self.popen.poll())}"

    def ask_to_stop(self) -> None:
        """Send the signal, once: a second one makes some programs drop what they are finishing."""
        if self.alive and not self._asked:
            self._asked = True
            self.popen.send_signal(self.stop_signal)

    def stop(self) -> None:
        """Ask it to stop, wait, then kill whatever is left of its group. Safe to call twice."""
        if self.alive:
            self.ask_to_stop()
            try:
                self.popen.wait(self.stop_seconds)
            except subprocess.TimeoutExpired:
                print(f"The {self.name} did not stop in {self.stop_seconds:.0f} s; killing it.")
        self._kill_group()
        self.popen.wait()

    def _kill_group(self) -> None:
        # The group lives on while any member does, so its number cannot name another by then.
        try:
            os.killpg(self.popen.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return  # nobody is left (macOS answers EPERM for a group of zombies)


@dataclass(frozen=True)
class SystemUser:
    """Whom a child runs as, where that is not us."""

    uid: int
    gid: int


def start_child(
    name: str,
    argv: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: SystemUser | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    stop_seconds: float = 10,
) -> Child:
    """Start a program; its standard output and errors are appended to `log`.

    Raises LauncherError when the program cannot be started.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    _rotate(log)
    with log.open("ab") as output:
        try:
            popen = subprocess.Popen(
                [str(word) for word in argv],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
                cwd=cwd,
                user=None if user is None else user.uid,
                group=None if user is None else user.gid,
                extra_groups=None if user is None else [],
                start_new_session=True,
                preexec_fn=die_with_parent(stop_signal),
            )
        except OSError as error:
            raise LauncherError(
                f"the {name} cannot be started: {argv[0]}: {error.strerror}."
            ) from error
    return Child(name, popen, log, stop_signal, stop_seconds)


C = TypeVar("C", bound=Supervised)


@dataclass
class _Post:
    """A child at its work, and how another takes its place. `ends`: when the last ones ended."""

    child: Supervised
    again: Callable[[], Supervised] | None
    ends: list[float] = field(default_factory=list)


class Supervisor:
    """The children of one launcher, stopped in the reverse order of their start."""

    def __init__(self) -> None:
        self._posts: list[_Post] = []

    def add(self, child: C, again: Callable[[], Supervised] | None = None) -> C:
        """Watch over a child; `again` starts another in its place, where that makes sense."""
        self._posts.append(_Post(child, again))
        return child

    def children(self) -> list[Supervised]:
        return [post.child for post in self._posts]

    def require_alive(self) -> None:
        """Raises LauncherError that names the child that ended, its log and its last words."""
        for child in self.children():
            if not child.alive:
                raise LauncherError(_obituary(child))

    def watch(self, poll_seconds: float = 0.5) -> None:
        """Stay, and replace a child that ended; raises LauncherError where one ends again and again."""
        while True:
            for post in self._posts:
                if not post.child.alive:
                    self._replace(post)
            time.sleep(poll_seconds)

    def _replace(self, post: _Post) -> None:
        now = time.monotonic()
        post.ends = [end for end in post.ends if end > now - _MANY_SECONDS] + [now]
        if post.again is None or len(post.ends) > _MANY:
            raise LauncherError(_obituary(post.child))
        what = post.child.how_it_ended()
        print(f"{what[0].upper()}{what[1:]}; starting it again. Log: {post.child.log}", flush=True)
        post.child.stop()  # whatever is left of its group
        post.child = post.again()

    def stop_all(self) -> None:
        while self._posts:
            self._posts.pop().child.stop()


def _obituary(child: Supervised) -> str:
    last = "".join(f"\n    {line}" for line in last_lines(child.log))
    return f"{child.how_it_ended()}; its log is {child.log}{last}"


def ending(code: int | None) -> str:
    """A return code of subprocess in words."""
    if code is None:
        return "is running"
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with code {code}"


def last_lines(log: Path, count: int = 5) -> list[str]:
    """The last lines of a log that are not empty; none where nothing was written."""
    if not log.exists():
        return []
    text = log.read_text(encoding="utf-8", errors="replace")
    return [line for line in text.splitlines() if line.strip()][-count:]


def die_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """What a child does before it becomes its program: ask to be signalled when we die.

    Linux only; elsewhere an orphan after `kill -9` is found and stopped by the next start.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
        if os.getppid() != parent:  # died between the fork and the request
            os._exit(1)

    return ask


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > _KEEP_LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))
