"""Whether what a process remembers of a store's credentials still holds.

A trigger counts `lrs_store.generation` up in the transaction that changes anything about who may do what in the
store. So from its commit on, whoever compares the generation sees that something changed, in every process on every
machine.
"""

from django.db import connection


class AccessChanged(Exception):
    """The store's credentials changed after the caller was looked up. Nothing was written: look again and try again."""


def generation_of(store_id: int) -> int | None:
    """The store's generation as committed now; None when there is no such store."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT generation FROM lrs_store WHERE id = %s", [store_id])
        row = cursor.fetchone()
    return int(row[0]) if row else None
