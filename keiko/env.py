"""Settings read from the environment: typed, and failing loudly.

Every function takes the variable's name and a default. A value that does not
fit its type stops the program with a sentence that says what would fit.
"""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})


def envstr(name: str, default: str) -> str:
    """The variable as text; empty counts as not set."""
    return os.environ.get(name) or default


def envbool(name: str, *, default: bool) -> bool:
    raw = os.environ.get(name)
    if raw is None:
        return default
    word = raw.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={raw!r}: write true or false.")


def envint(name: str, default: int, *, minimum: int = 0) -> int:
    raw = os.environ.get(name)
    if not raw:
        return default
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={raw!r}: write a whole number.") from None
    if value < minimum:
        raise ImproperlyConfigured(f"{name}={raw!r}: write {minimum} or more.")
    return value


def envlist(name: str, default: list[str]) -> list[str]:
    """Values separated by commas."""
    raw = os.environ.get(name)
    if not raw:
        return default
    return [item.strip() for item in raw.split(",") if item.strip()]


def envsecret(name: str) -> str | None:
    """A secret from NAME, or from the file that NAME_FILE names (as container secrets come)."""
    if value := os.environ.get(name):
        return value
    file = os.environ.get(f"{name}_FILE")
    if not file:
        return None
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}_FILE={file!r} cannot be read: {error.strerror}."
        ) from error


def secret_path(name: str, default: Path) -> Path | None:
    """The file that a secret comes from; None where the variable itself holds it."""
    if os.environ.get(name):
        return None
    return Path(os.environ.get(f"{name}_FILE") or default)
