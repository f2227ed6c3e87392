"""Advisory locks of this application: one holder at a time, let go when the transaction ends."""

from enum import IntEnum

from django.db import connection

# The first half of the lock's key tells our locks from every other application's.
_NAMESPACE = int.from_bytes(b"anch", "big")


class Lock(IntEnum):
    SEQUENCER = 1
    ANCHORING = 2
    WITNESSES = 3


def try_lock(lock: Lock) -> bool:
    """Take the lock until the present transaction ends; False where somebody else holds it.

    A process that is killed loses its connection, and PostgreSQL lets its locks go.
    """
    return bool(_ask("SELECT pg_try_advisory_xact_lock(%s, %s)", lock))


def wait_for(lock: Lock) -> None:
    """Take the lock until the present transaction ends, once whoever has it is done."""
    _ask("SELECT pg_advisory_xact_lock(%s, %s)", lock)


def _ask(command: str, lock: Lock) -> object:
    if not connection.in_atomic_block:
        raise RuntimeError("A lock needs a transaction: call it inside transaction.atomic().")
    with connection.cursor() as cursor:
        cursor.execute(command, [_NAMESPACE, int(lock)])
        (answer,) = cursor.fetchone()
    return answer
