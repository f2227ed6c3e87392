"""Reads of statements from a replica (DATABASE_REPLICA_URL), and from the primary where that is not fit.

A replica cannot say up to when it has all statements: it sees neither the primary's locks nor its clock. So the primary
is asked, at most every tenth of a second, for a *moment*: the time up to which every statement is visible, and then its
position in the WAL (write-ahead log). Whatever was visible at that time was committed before, so its commit lies
before that position. A replica that has replayed up to it therefore has every statement up to that time, and a query
that begins later finds them (docs/decisions/0090).

Positions are bytes since the beginning of the WAL, as PostgreSQL's `lsn - '0/0'` gives them.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections

from lrs.statements.query import consistent_through

PRIMARY = DEFAULT_DB_ALIAS
REPLICA = "replica"
_log = logging.getLogger(__name__)
_T = TypeVar("_T")

_ASKED_EVERY = 0.1  # seconds, at least
_MOST_MOMENTS = 500
_PAUSE = 5.0  # seconds for which a replica that failed is not asked again
_SAID_EVERY = 60.0
# What PostgreSQL answers to a query that stood in the way of replay, or was cancelled: the next one may go well.
_PASSING = ("40", "57014")

# In this order: the subquery gives its row before the position is read. The position of what was *inserted*, for with
# synchronous_commit off a commit is visible before it is written.
_MOMENT = """
WITH seen AS MATERIALIZED (SELECT lrs_consistent_through() AS through)
SELECT through, (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint,
       (pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::bigint FROM seen
"""
# A commit of nothing, which sends what was inserted on its way.
_FLUSH = "SELECT pg_logical_emit_message(true, 'keiko', '')"
_REPLAYED = "SELECT pg_is_in_recovery(), (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint"
_INSERTED = "SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint"


class Unfit(Exception):
    """The replica is not to answer this read. `worth_saying`: an operator should know."""

    def __init__(self, why: str, *, worth_saying: bool = False) -> None:
        super().__init__(why)
        self.worth_saying = worth_saying


@dataclass(frozen=True, slots=True)
class Reading(Generic[_T]):
    """What was read, and the time up to which it has every statement."""

    found: _T
    through: datetime


@dataclass(frozen=True, slots=True)
class Status:
    """`in_use`: whether reads go to the replica now; if not, `why`. `behind`: bytes of WAL, None where unknown."""

    in_use: bool
    why: str
    behind: int | None


def is_configured() -> bool:
    return REPLICA in connections.settings


def read(work: Callable[[str], _T], *, reached: int | None = None) -> Reading[_T]:
    """What `work` finds in the database of the alias that it is given: the replica, or the primary.

    `reached` is a position (of `position`) that the replica must have come to, for `work` goes on from what was read
    there. `work` may be called twice. Raises what it raises on the primary; never an error of the replica.
    """
    if is_configured():
        _moments.refresh()
        try:
            return _from_replica(work, reached)
        except Unfit as reason:
            if reason.worth_saying:
                _say(str(reason))
        except Error as error:
            _has_failed(error)
    through = consistent_through()
    return Reading(work(PRIMARY), through)


def choose() -> str:
    """The alias for a long read of its own, whose parts are read one after the other: see `having_failed`."""
    return read(lambda alias: alias).found


def having_failed(alias: str, error: Error) -> str:
    """The alias to go on with when a part of a long read failed: the primary. Raises `error` if that it was."""
    if alias == PRIMARY:
        raise error
    _has_failed(error)
    return PRIMARY


def position(alias: str) -> int | None:
    """A position that covers all that a query on this database has seen so far; None where there is no replica."""
    if not is_configured():
        return None
    if alias == REPLICA:
        return _replayed()
    with connections[PRIMARY].cursor() as cursor:
        cursor.execute(_INSERTED)
        return int(cursor.fetchone()[0])


def status() -> Status | None:
    """How the replica is; None where none is configured. Raises django.db.Error when the primary is away."""
    if not is_configured():
        return None
    _moments.refresh()
    try:
        replayed = _replayed()
    except Unfit as reason:
        return Status(in_use=False, why=str(reason), behind=None)
    except Error as error:
        _has_failed(error)
        return Status(in_use=False, why="the replica does not answer", behind=None)
    behind = _moments.behind(replayed)
    try:
        _moments.reached_by(replayed)
    except Unfit as reason:
        return Status(in_use=False, why=str(reason), behind=behind)
    return Status(in_use=True, why="", behind=behind)


def _from_replica(work: Callable[[str], _T], reached: int | None) -> Reading[_T]:
    replayed = _replayed()
    if reached is not None and replayed < reached:
        raise Unfit("the replica has not come to where the page before was read")
    through = _moments.reached_by(replayed)
    return Reading(work(REPLICA), through)


def _replayed() -> int:
    """How far the replica is, on the connection that the query will take: behind one address there may be several."""
    if time.monotonic() < _failure.until:
        raise Unfit("the replica failed a moment ago")
    with connections[REPLICA].cursor() as cursor:
        cursor.execute(_REPLAYED)
        in_recovery, replayed = cursor.fetchone()
    if not in_recovery or replayed is None:
        _failure.until = time.monotonic() + _PAUSE
        raise Unfit("DATABASE_REPLICA_URL is not a streaming replica", worth_saying=True)
    return int(replayed)


# --- Failures -------------------------------------------------------------------------------------
class _Failure:
    """When the replica may be asked again, and when something was last said of it. Of each process."""

    def __init__(self) -> None:
        self.until = float("-inf")
        self.said = float("-inf")


_failure = _Failure()


def _has_failed(error: Error) -> None:
    state = getattr(error.__cause__, "sqlstate", None) or ""
    if not state.startswith(_PASSING):
        _failure.until = time.monotonic() + _PAUSE
    connections[REPLICA].close()
    _say(f"the replica failed: {' '.join(str(error).split())[:300]}")


def _say(why: str) -> None:
    now = time.monotonic()
    if now - _failure.said >= _SAID_EVERY:
        _failure.said = now
        _log.warning("Reads go to the primary: %s. (Said once a minute at most.)", why)


# --- Moments --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Moment:
    """Who has replayed the WAL up to `position` has every statement with a `stored` up to `through`."""

    through: datetime
    position: int
    taken: float  # time.monotonic() before it was asked for


class _Moments:
    """The moments of late, shared by the threads of a process. What was true of one stays true."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: deque[_Moment] = deque(maxlen=_MOST_MOMENTS)
        self._asked = float("-inf")

    def refresh(self) -> None:
        """Ask the primary again, unless that was done a moment ago, or is being done. Raises django.db.Error."""
        now = time.monotonic()
        # So many are kept that it is seen when the replica is further behind than it may be.
        every = max(_ASKED_EVERY, 3 * settings.REPLICA_MAX_LAG / _MOST_MOMENTS)
        with self._lock:
            if now - self._asked < every:
                return
            self._asked = now
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute(_MOMENT)
            through, inserted, flushed = cursor.fetchone()
            with self._lock:
                before = self._kept[-1].position if self._kept else 0
                self._kept.append(_Moment(through, inserted, now))
            # PostgreSQL sends only what was flushed: not what an open transaction inserted, and not the header of an
            # empty page. While nobody commits, the replica would seem to fall behind.
            if flushed < before:
                cursor.execute(_FLUSH)

    def reached_by(self, replayed: int) -> datetime:
        """The time up to which whoever has replayed so far has all.

        Raises Unfit when that lies too far back, or is not known.
        """
        oldest_allowed = time.monotonic() - settings.REPLICA_MAX_LAG
        with self._lock:
            kept = list(self._kept)
        missed: _Moment | None = None
        for moment in reversed(kept):
            if moment.position <= replayed:
                if moment.taken >= oldest_allowed:
                    return moment.through
                break
            missed = moment
        if missed is not None and missed.taken < oldest_allowed:
            late = f"the replica is more than {settings.REPLICA_MAX_LAG} s behind"
            raise Unfit(f"{late} (REPLICA_MAX_LAG)", worth_saying=True)
        raise Unfit("it is not known yet how far the replica is")

    def behind(self, replayed: int) -> int | None:
        """Bytes between the newest moment and what was replayed."""
        with self._lock:
            newest = self._kept[-1] if self._kept else None
        return None if newest is None else max(0, newest.position - replayed)


_moments = _Moments()
