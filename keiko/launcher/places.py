"""Where this checkout keeps what it makes, and where its services are found."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from keiko.launcher.errors import LauncherError

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Places:
    """`var` and what is in it. The services of one `var` belong to one launcher at a time."""

    var: Path

    @classmethod
    def of_this_checkout(cls) -> "Places":
        return cls(Path(os.environ.get("KEIKO_VAR") or ROOT / "var").resolve())

    @property
    def services(self) -> Path:
        """Read by `keiko.services`, so that manage.py in another terminal finds the same ones."""
        return self.var / "services.json"

    @property
    def demo(self) -> Path:
        return self.var / "demo.json"

    def log(self, name: str) -> Path:
        return self.var / "log" / f"{name}.log"

    def write_services(self, found: dict[str, str]) -> None:
        """Whole or not at all, and for us alone: an address may hold a password."""
        new = self.services.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        new.replace(self.services)


def port_of(name: str, default: int) -> int:
    """A port from the environment. Raises LauncherError when it is none."""
    raw = os.environ.get(name) or str(default)
    if raw.isascii() and raw.isdigit() and 0 < int(raw) < 65_536:
        return int(raw)
    raise LauncherError(f"{name}={raw!r}: write a number from 1 to 65535.")
