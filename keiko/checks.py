"""`manage.py check --deploy`: what must be given, and not made by itself, where others rely on Keiko."""

import os
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage, Tags, register

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
