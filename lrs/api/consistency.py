"""X-Experience-API-Consistent-Through for answers that read nothing (Communication 2.1.3 wants it on every one)."""

import contextlib
import time
from datetime import datetime

from django.db import InterfaceError, OperationalError

from lrs.statements.query import consistent_through

_REFRESHED = 1.0  # seconds


class RecentThrough:
    """A value of the last second or so. What was consistent once stays it, so an older value is as true."""

    def __init__(self) -> None:
        self._asked = 0.0
        self._moment: datetime | None = None

    def moment(self, *, ask: bool = True) -> datetime | None:
        """None when it was never known: the database was away from the beginning."""
        now = time.monotonic()
        if ask and (self._moment is None or now - self._asked > _REFRESHED):
            # The request has its answer already, so a database that is away changes nothing.
            with contextlib.suppress(OperationalError, InterfaceError):
                self._moment = consistent_through()
                self._asked = now
        return self._moment
