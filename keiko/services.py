"""Where the services of this checkout are: the environment first, then what `make run` started.

`make run` writes the addresses of the services that it started to `var/services.json`, so that
`manage.py` in a second terminal finds the same database. A variable in the environment always wins.
"""

import json
import os
from pathlib import Path
from urllib.parse import urlsplit

NAMES = ("DATABASE_URL", "CHAIN_URL", "PUBLIC_URL")


def embedded_services(var_dir: Path) -> dict[str, str]:
    """The addresses written by the launcher, by variable name; empty when nothing was started."""
    try:
        found = json.loads((var_dir / "services.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    if not _alive(int(found["pid"])):
        return {}  # the launcher was killed; what it started died with it
    return {name: found[name] for name in NAMES if name in found}


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def publishable(url: str) -> str:
    """The address of a node, where it shows nothing but a place; else nothing.

    A provider's address often carries a key as its user, path or query; strangers must not get it.
    """
    parts = urlsplit(url)
    bare = not (parts.username or parts.password or parts.query or parts.path.strip("/"))
    return url if bare else ""
