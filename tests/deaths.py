"""What PostgreSQL still does for a process that was killed."""

import time

from django.db import connection

_HELD = """
SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
 WHERE locktype = 'advisory' AND d.datname = current_database() AND pid <> pg_backend_pid()
"""


def wait_until_locks_are_free(seconds: float = 20) -> None:
    """Wait until the server has noticed a death: until then the next run finds the lock taken, and ends."""
    end = time.monotonic() + seconds
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_HELD)
            (held,) = cursor.fetchone()
        if not held:
            return
        assert time.monotonic() < end, f"{held} advisory locks of a killed process are still held"
        time.sleep(0.01)
