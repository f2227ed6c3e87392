"""`manage.py translations`: find the strings of the code, compile the catalogues. For developers.

Without GNU gettext: Babel reads Python, and Django's own `templatize` turns a template into
something that Babel reads as Python.
"""

import io
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.template import templatize

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
FOLDERS = ("anchoring", "chain", "keiko", "lrs", "passport")


def strings_of_code() -> Iterator[Message]:
    """Every string marked for translation under FOLDERS, in Python and in templates."""
    root = Path(settings.BASE_DIR)
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix == ".py":
                yield from _extract(path.read_text(encoding="utf-8"), path.relative_to(root))
            elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
                yield from _extract(_as_python(path), path.relative_to(root))


def catalogue(language: str) -> Catalog:
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def compiled(language: str) -> bytes:
    """The bytes of the .mo that belongs to a language's .po."""
    out = io.BytesIO()
    write_mo(out, catalogue(language))
    return out.getvalue()


def po_path(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def untranslated(language: str) -> list[str]:
    """What a reader of `language` would see in English, each with where it stands."""
    known = catalogue(language)
    missing = []
    for message in strings_of_code():
        found = known.get(_first(message.id), message.context)
        complete = found is not None and found.string and all(_forms(found.string))
        if not complete or (message.pluralizable and not found.pluralizable):  # type: ignore[union-attr]  # complete: found
            missing.append(f"{message.locations[0][0]}: {_first(message.id)!r}")
    return missing


def _extract(source: str, path: Path) -> Iterator[Message]:
    found = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS)
    for line, text, _comments, context in found:
        yield Message(text, locations=[(str(path), line)], context=context)


def _as_python(path: Path) -> str:
    """A template as lines of Python calls: what is not to be translated becomes X, and layout
    must not look like indentation."""
    text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    return "\n".join(line.strip() for line in text.splitlines())


def _first(text: Any) -> str:
    return text if isinstance(text, str) else text[0]


def _forms(text: Any) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


class Command(BaseCommand):
    help = "Compile the translations (.po to .mo) and name every string that lacks one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing, only complain")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        problems = []
        for path in sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/django.po")):
            language, mo = path.parts[-3], path.with_suffix(".mo")
            problems += [
                f"{language}: no translation for {text}" for text in untranslated(language)
            ]
            if not check:
                mo.write_bytes(compiled(language))
            elif not mo.exists() or mo.read_bytes() != compiled(language):
                problems.append(f"{language}: django.mo is older than django.po; run this command")
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write("Every string is translated.")
