"""Takes note of rejected requests without keeping them waiting.

`record` puts a note into a short queue of this process; a thread of its own writes the queue once a second, in one
transaction. Under a flood the queue is full: what finds no room is counted by cause. A process that is killed loses
the notes of its last second, and nothing else.
"""

import atexit
import logging
import threading
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection

from lrs.rejections.facts import Facts, fingerprint
from lrs.rejections.services import Counted, keep

_log = logging.getLogger(__name__)
_MOST_WAITING = 100  # notes, of a few kilobytes each
_MOST_CAUSES = 200
_LONGEST_PAUSE = 60.0  # seconds between attempts while the database does not answer


class Recorder:
    """The queue of a process. `delay` is in seconds; None: nobody writes it but who calls `flush`."""

    def __init__(self, delay: float | None = 1.0, write: Callable[..., None] = keep) -> None:
        self._delay = delay
        self._write = write
        self._lock = threading.Lock()
        self._waiting: list[Facts] = []
        self._counted: dict[tuple[int | None, bytes], Counted] = {}
        self._beyond = 0
        self._something = threading.Event()
        self._thread: threading.Thread | None = None

    def record(self, facts: Facts) -> None:
        """Note a rejected request. Takes microseconds, touches no database, and raises nothing."""
        if settings.XAPI_REJECTIONS_KEPT == 0:
            return
        with self._lock:
            if len(self._waiting) < _MOST_WAITING:
                self._waiting.append(facts)
            else:
                self._count(facts)
            if self._delay is not None and self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, args=(self._delay,), name="rejections", daemon=True
                )
                self._thread.start()
                atexit.register(self.flush)
        self._something.set()

    def flush(self) -> bool:
        """Write what waits. False where that did not succeed; it then waits on, and a log line says so."""
        with self._lock:
            waiting, counted, beyond = self._waiting, self._counted, self._beyond
            self._waiting, self._counted, self._beyond = [], {}, 0
        if beyond:
            _log.warning("%d rejected requests were not even counted: too many causes", beyond)
        if not (waiting or counted):
            return True
        try:
            self._write(kept=waiting, counted=list(counted.values()))
        except DatabaseError:
            _log.warning("Rejected requests could not be written down", exc_info=True)
            self._put_back(waiting, list(counted.values()))
            return False
        return True

    def _count(self, facts: Facts, times: int = 1) -> None:
        cause = facts.store_id, fingerprint(facts)
        known = self._counted.get(cause)
        if known is not None or len(self._counted) < _MOST_CAUSES:
            self._counted[cause] = Counted(facts, times + (known.times if known else 0))
        else:
            self._beyond += times

    def _put_back(self, waiting: list[Facts], counted: list[Counted]) -> None:
        with self._lock:
            came_since, self._waiting = self._waiting, waiting
            for facts in came_since:
                if len(self._waiting) < _MOST_WAITING:
                    self._waiting.append(facts)
                else:
                    self._count(facts)
            for one in counted:
                self._count(one.facts, one.times)

    def _run(self, delay: float) -> None:
        pause = delay
        while True:
            self._something.wait()
            self._something.clear()
            threading.Event().wait(pause)
            try:
                written = self.flush()
            except Exception:  # noqa: BLE001  # a defect of ours must not end this thread
                _log.exception("Rejected requests were lost")
                written = True
            finally:
                connection.close()
            if written:
                pause = delay
            else:
                pause = min(2 * pause, _LONGEST_PAUSE)
                self._something.set()


recorder = Recorder()


def record(facts: Facts) -> None:
    """Note a rejected request in this process's queue."""
    recorder.record(facts)
