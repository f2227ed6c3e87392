"""`var/demo.json`: what the demo made, for people, tests and the next start.

The xAPI secret is shown once by the service and is kept here only, so the file is readable by its
owner alone and is written whole or not at all.
"""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from anchoring.core.files import write_whole


@dataclass(frozen=True)
class StoreFacts:
    """How a client reaches one of the demo's stores."""

    name: str
    xapi_endpoint: str
    key: str
    secret: str
    default_version: str


@dataclass(frozen=True)
class Facts:
    """The keys of the file. One that is None was not made yet: the demo goes on from there.

    `key` and `secret` are those of the first of `stores`, the school's own.
    """

    xapi_endpoint: str | None = None
    key: str | None = None
    secret: str | None = None
    share_url: str | None = None
    bundle: str | None = None
    trust: str | None = None
    admin_url: str | None = None
    admin_email: str | None = None
    admin_password: str | None = None
    learner_email: str | None = None
    learner_password: str | None = None
    chain_url: str | None = None
    stores: tuple[StoreFacts, ...] | None = None

    @property
    def complete(self) -> bool:
        return all(value is not None for value in asdict(self).values())


class FactsFile:
    """Keeps Facts in a file; `put` is on disk before it returns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.facts = _read(path)

    def put(self, **changes: str | tuple[StoreFacts, ...] | None) -> None:
        changed = Facts(**{**vars(self.facts), **changes})
        if changed != self.facts or not self.path.exists():
            text = json.dumps(asdict(changed), indent=2, ensure_ascii=False) + "\n"
            write_whole(self.path, text.encode())
        self.facts = changed


def _read(path: Path) -> Facts:
    """What the file says; a lost or damaged file says nothing, and the demo makes it again."""
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return Facts()
    if not isinstance(found, dict):
        return Facts()
    names = {field.name for field in fields(Facts)}
    known = {name: value for name, value in found.items() if name in names}
    return Facts(**known | {"stores": _stores(known.get("stores"))})


def _stores(found: Any) -> tuple[StoreFacts, ...] | None:
    try:
        return tuple(StoreFacts(**store) for store in found)
    except TypeError:  # written by hand, or by an earlier demo
        return None
