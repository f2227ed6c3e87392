"""`manage.py check --deploy`: what must be given, and not made by itself, where others rely on Keiko.

`manage.py check --database default`, and `migrate` too: whether the replica is one.
"""

import os
from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import Error, connections

from lrs.statements.replica import PRIMARY, REPLICA, is_configured

_KEYS = {
    "SECRET_KEY": "sessions end and proof links can no longer be shown to their learners",
    "XAPI_SECRET_KEY": "every credential stops working",
    "LOG_SIGNING_KEY": "the log refuses to go on",
    "SEED_KEY": "no record can be proven any more",
}


@register(Tags.security, deploy=True)
def keys_are_given(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A key that was made under var/ is lost with that directory, and two hosts would make two."""
    return [
        checks.Warning(
            f"{name} is not in the environment; it was made under var/keys.",
            hint=f"Set {name} or {name}_FILE. When the made one is lost, {loss}.",
            id=f"keiko.W{number:03d}",
        )
        for number, (name, loss) in enumerate(_KEYS.items(), 1)
        if not (os.environ.get(name) or os.environ.get(f"{name}_FILE"))
    ]


@register(Tags.security, deploy=True)
def the_log_has_its_own_name(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The origin is in every checkpoint and anchor, and can never be changed."""
    if os.environ.get("LOG_ORIGIN"):
        return []
    return [
        checks.Warning(
            "LOG_ORIGIN is not set: the log is called keiko.localhost, as everybody's is.",
            hint="Set it once, before the first statement, to a name of yours: example.org/keiko.",
            id="keiko.W010",
        )
    ]


_SERVER = (
    "SELECT pg_is_in_recovery(), system_identifier, current_database() FROM pg_control_system()"
)


@register(Tags.database)
def the_replica_is_one(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Whether DATABASE_REPLICA_URL names a streaming replica of DATABASE_URL's database.

    Only a check of `default` asks: it is made when the database is there to be asked.
    """
    if PRIMARY not in (databases or ()) or not is_configured():
        return []
    try:
        _, *here = _server(PRIMARY)
        in_recovery, *there = _server(REPLICA)
    except Error as error:
        said = " ".join(str(error).split())
        return [
            checks.Warning(
                f"DATABASE_REPLICA_URL was not looked at: {said}",
                hint="Reads go to the primary as long as the replica does not answer.",
                id="keiko.W020",
            )
        ]
    if in_recovery and here == there:
        return []
    what = "is of another database" if in_recovery else "is not a streaming replica"
    return [
        checks.Error(
            f"The server of DATABASE_REPLICA_URL {what}.",
            hint="Name a hot standby that follows DATABASE_URL's server, and the same database; or set it to nothing.",
            id="keiko.E020",
        )
    ]


def _server(alias: str) -> tuple[Any, ...]:
    with connections[alias].cursor() as cursor:
        cursor.execute(_SERVER)
        return tuple(cursor.fetchone())
