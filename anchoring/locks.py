"""Advisory locks of this application: one holder at a time, let go when the transaction ends."""

from enum import IntEnum

from django.db import connection

# The first half of the lock's key tells our locks from every other application's.
_NAMESPACE = int.from_bytes(b"anch", "big")


class Lock(IntEnum):
    SEQUENCER = 1
    ANCHORING = 2


def try_lock(lock: Lock) -> bool:
    """Take the lock until the present transaction ends; False where somebody else holds it.

    A process that is killed loses its connection, and PostgreSQL lets its locks go.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("try_lock needs a transaction: call it inside transaction.atomic().")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_NAMESPACE, int(lock)])
        (taken,) = cursor.fetchone()
    return bool(taken)
