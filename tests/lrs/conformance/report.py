"""Writes docs/conformance.md from the tables: `python -m tests.lrs.conformance.report [--check]`."""

import argparse
import ast
import functools
import importlib
import os
import pkgutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import django

import tests.lrs.conformance as package
from tests.lrs.conformance.hard_parts import HARD_PARTS

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = ROOT / "docs" / "conformance.md"
_HEAD = """# What xAPI asks, and the test that holds it

Made by `python -m tests.lrs.conformance.report`; do not edit. Each row is a requirement of xAPI in our own words. Its
test sends it through the HTTP interface to a store of the version, most of them with several examples: {tests} tests
hold {requirements} requirements. Sections are those of xAPI 1.0.3 (Data is its part two, Comm its part three);
`2.0:` marks what only IEEE 9274.1.1 has. A test's file is below `tests/lrs/conformance/`.

The conformance suite of ADL is run beside it; its code is no part of Keiko.
"""
_HARD = """
## Where servers go wrong

| topic | rule | tests (below `tests/`) |
|---|---|---|
"""


@dataclass(frozen=True)
class Found:
    """A row of the document."""

    section: str
    sentence: str
    versions: tuple[str, ...]
    test: str
    cases: int


def requirements() -> Iterator[Found]:
    """Every requirement, in the order of the modules and of each module."""
    for info in pkgutil.iter_modules(package.__path__):
        if not info.name.startswith("test_"):
            continue
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        for name, test in vars(module).items():
            if not (name.startswith("test") and getattr(test, "requirements", None)):
                continue
            for requirement in test.requirements:
                yield Found(
                    requirement.section,
                    requirement.sentence,
                    requirement.versions,
                    f"{info.name}.py::{name}",
                    _cases(test, requirement.sentence, requirement.versions),
                )


def _cases(test: object, sentence: str, versions: tuple[str, ...]) -> int:
    """How many tests hold the requirement: its rows of a table, or what parametrize makes of a function."""
    marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    ids = [str(one.id) for mark in marks for one in mark.args[1] if getattr(one, "id", None)]
    of_the_table = sum(one.startswith(f"{sentence} - ") for one in ids)
    if of_the_table:
        return of_the_table
    count = 1
    for mark in marks:
        count *= len(list(mark.args[1]))
    return max(count, len(versions))


def document() -> str:
    """The text of docs/conformance.md. Raises LookupError for a hard part whose test is not there."""
    found = list(requirements())
    text = _HEAD.format(tests=f"{sum(one.cases for one in found):,}", requirements=len(found))
    for section in sorted({one.section for one in found}, key=_order):
        text += f"\n## {section}\n\n| requirement | versions | test | cases |\n|---|---|---|---|\n"
        for one in found:
            if one.section == section:
                versions = ", ".join(one.versions)
                text += f"| {_cell(one.sentence)} | {versions} | `{one.test}` | {one.cases} |\n"
    text += _HARD
    for topic, rule, tests in HARD_PARTS:
        for test in tests:
            _require(test)
        text += f"| {topic} | {rule} | {'<br>'.join(f'`{test}`' for test in tests)} |\n"
    return text


def _order(section: str) -> tuple[int, list[int]]:
    part, _, number = section.partition(" ")
    return ("Data", "Comm", "2.0:").index(part), [int(step) for step in number.split(".")]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")


def _require(test: str) -> None:
    file, _, name = test.partition("::")
    if name not in _names(ROOT / "tests" / file):
        raise LookupError(f"There is no test {test}.")


@functools.cache
def _names(file: Path) -> frozenset[str]:
    """The functions that a file defines, and what it assigns."""
    found = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return frozenset(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only look whether it is up to date")
    check = parser.parse_args().check
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keiko.settings")
    django.setup()
    text = document()
    if not check:
        DOCUMENT.write_text(text, encoding="utf-8")
        return 0
    if DOCUMENT.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write("docs/conformance.md is old: python -m tests.lrs.conformance.report\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
