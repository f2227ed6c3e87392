"""One at a time changes a store's hierarchy: discovery, the API, the admin. Let go when the transaction ends."""

from django.db import connection

# The first half of the lock's key tells it from every other lock; the second is the store.
_NAMESPACE = int.from_bytes(b"hier", "big")


def try_hold(store_id: int) -> bool:
    """Take the store's lock; False where somebody else has it. Precondition: inside of a transaction."""
    return bool(_ask("SELECT pg_try_advisory_xact_lock(%s, %s)", store_id))


def hold(store_id: int) -> None:
    """Wait for the store's lock and take it. Precondition: inside of a transaction."""
    _ask("SELECT pg_advisory_xact_lock(%s, %s)", store_id)


def _ask(command: str, store_id: int) -> object:
    if not connection.in_atomic_block:
        raise RuntimeError("This lock lasts as long as a transaction: call it inside of one.")
    with connection.cursor() as cursor:
        cursor.execute(command, [_NAMESPACE, store_id])
        (answer,) = cursor.fetchone()
    return answer
