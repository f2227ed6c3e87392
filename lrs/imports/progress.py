"""A line that says how far a long command is, how fast it goes, and how long it will take."""

import sys
import time
from typing import TextIO

_TERMINAL_SECONDS = 0.2
_LOG_SECONDS = 10.0


class Progress:
    """To a terminal one line that changes; to a file a line every ten seconds."""

    def __init__(self, what: str, *, out: TextIO | None = None) -> None:
        self._what = what
        self._out = out or sys.stderr
        self._terminal = self._out.isatty()
        self._began = time.monotonic()
        self._shown = self._began
        self.done = 0

    def add(self, count: int, *, fraction: float | None, also: str = "") -> None:
        """`count` more are done, which makes `fraction` of all (None: unknown)."""
        self.done += count
        now = time.monotonic()
        if now - self._shown >= (_TERMINAL_SECONDS if self._terminal else _LOG_SECONDS):
            self._shown = now
            self._write(self._line(now, fraction, also), "\r" if self._terminal else "\n")

    def close(self, also: str = "") -> None:
        self._write(self._line(time.monotonic(), None, also), "\n")

    def _line(self, now: float, fraction: float | None, also: str) -> str:
        seconds = max(now - self._began, 1e-6)
        parts = [f"{self.done:,} {self._what}", f"{self.done / seconds:,.0f}/s"]
        if fraction:
            filled = round(20 * fraction)
            parts.insert(0, f"[{'#' * filled}{'.' * (20 - filled)}] {fraction:4.0%}")
            parts.append(f"{_clock(seconds * (1 - fraction) / fraction)} left")
        else:
            parts.append(_clock(seconds))
        return "  ".join([*parts, *([also] if also else [])])

    def _write(self, line: str, end: str) -> None:
        print(f"{line:<78}" if self._terminal else line, end=end, file=self._out, flush=True)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
