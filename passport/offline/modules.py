"""Joins ES modules into one classic script, so that a page opened from a disk can run them.

Browsers load no module from `file:`, and a page that may reach nothing (`default-src 'none'`) can load
nothing. Each module becomes a function that runs once and returns what it exports; a module comes
after those that it imports. Only the forms that our modules and the vendored ones use are known, and
anything else is an error here, or a syntax error when the script is run.
"""

import re
from pathlib import Path

# Only relative addresses: the vendored files show others in their comments.
_IMPORT = re.compile(
    r'^import (?:\* as (?P<whole>\w+)|\{(?P<names>[^}]*)\}) from "(?P<from>\.[^"]+)";$',
    re.MULTILINE,
)
_EXPORTED = re.compile(r"^export ((?:async )?function\*?|const|class) (\w+)", re.MULTILINE)
_EXPORT_LIST = re.compile(r"^export \{([^}]*)\};$", re.MULTILINE)
_OTHER_EXPORT = re.compile(r"^export\b.*", re.MULTILINE)


class NotJoinable(ValueError):
    """A module uses a form of import or export that this does not know."""


def joined(entry: Path) -> str:
    """The script that does what the module `entry` does, with all that it imports."""
    found: dict[Path, str] = {}
    _collect(entry.resolve(), found, ())
    names = {path: f"module{number}" for number, path in enumerate(found)}
    parts = [_wrapped(path, source, names) for path, source in found.items()]
    return '"use strict";\n' + "".join(parts)


def _collect(path: Path, found: dict[Path, str], above: tuple[Path, ...]) -> None:
    if path in above:
        raise NotJoinable(f"{path.name} imports itself by way of others.")
    if path in found:
        return
    source = path.read_text(encoding="utf-8")
    for match in _IMPORT.finditer(source):
        _collect((path.parent / match["from"]).resolve(), found, (*above, path))
    found[path] = source


def _wrapped(path: Path, source: str, names: dict[Path, str]) -> str:
    exports = [match[2] for match in _EXPORTED.finditer(source)]
    for match in _EXPORT_LIST.finditer(source):
        exports += [each.strip() for each in match[1].split(",") if each.strip()]
    if odd := [each for each in exports if not each.isidentifier()]:
        raise NotJoinable(f"{path.name} exports {odd[0]!r}.")

    def bound(match: re.Match[str]) -> str:
        module = names[(path.parent / match["from"]).resolve()]
        if match["whole"]:
            return f"const {match['whole']} = {module};"
        return f"const {{{match['names'].replace(' as ', ': ')}}} = {module};"

    body = _EXPORT_LIST.sub("", _EXPORTED.sub(r"\1 \2", _IMPORT.sub(bound, source)))
    if rest := _OTHER_EXPORT.search(body):
        raise NotJoinable(f"{path.name} has the line {rest[0]!r}.")
    return (
        f"\n// {path.name}\nconst {names[path]} = (() => {{\n{body}\n"
        f"return {{ {', '.join(exports)} }};\n}})();\n"
    )
