"""DATABASE_REPLICA_URL as Django's settings of a database."""

from typing import Any

import dj_database_url


def replica_database(url: str) -> dict[str, Any]:
    """A connection for each thread, kept open, that gives up within seconds: the primary is there to answer.

    No pool: on a server that is away a pool lets each request wait until its timeout.
    """
    parsed: dict[str, Any] = {**dj_database_url.parse(url)}
    return {
        **parsed,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            **parsed.get("OPTIONS", {}),
            "connect_timeout": 2,
            "tcp_user_timeout": 5000,  # milliseconds until a peer that acknowledges nothing counts as gone
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 2,
        },
        "TEST": {"MIRROR": "default"},
    }
