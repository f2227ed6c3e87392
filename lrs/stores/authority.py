"""The agent that vouches for what a credential sends, made from a template (Data 2.4.9). Pure: no Django, no I/O.

A template is the agent, or the group of two that OAuth knows, as JSON with placeholders in its texts:
`{"objectType": "Agent", "account": {"homePage": "{public_url}", "name": "credential-{number}"}}`.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lrs.xapi import statements as rules
from lrs.xapi.errors import XapiError
from lrs.xapi.versions import V1, V2

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

# What may stand in a template, with a value that is as awkward as values get: a template that is right with these is
# right with all. So a text for people is no part of an IRI or of a mail address.
OF_CREDENTIALS = {
    "number": "17",  # the credential's
    "label": "Moodle <1>, «aula»",
    "store": "north-school",
    "public_url": "https://keiko.example",
}
OF_TOKENS = {
    "subject": "auth0|5f7c <x>",
    "client": "client <id>",
    "issuer": "https://login.example/realms/x",
    "store": "north-school",
    "public_url": "https://keiko.example",
}

# Named by the credential's number: a shared record shows its authority, and a stranger need not see the key.
DEFAULT_OF_CREDENTIALS = {
    "objectType": "Agent",
    "name": "{label}",
    "account": {"homePage": "{public_url}", "name": "credential-{number}"},
}
DEFAULT_OF_TOKENS = {
    "objectType": "Agent",
    "account": {"homePage": "{issuer}", "name": "{subject}"},
}


class UnknownPlaceholder(ValueError):
    """The template names what there is no value for; `known` are those that there are."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.name, self.known = name, ", ".join(sorted(known))
        super().__init__(f"There is no {{{name}}} here; there are {self.known}.")


class NoAuthority(ValueError):
    """What the template gives is no authority. The text says why: a JSON Pointer into it, and xAPI's rule."""


def check(template: Mapping[str, Any], placeholders: Mapping[str, str]) -> None:
    """Raises UnknownPlaceholder or NoAuthority unless the template gives a valid authority in every version."""
    sample = {
        "actor": {"mbox": "mailto:x@x.example"},
        "verb": {"id": "https://x.example/v"},
        "object": {"id": "https://x.example/o"},
        "authority": render(template, placeholders),
    }
    for version in (V1, V2):
        try:
            rules.validate(sample, version)
        except XapiError as error:
            place = error.path.removeprefix("/authority")
            raise NoAuthority(f"{place}: {error.message}" if place else error.message) from error


def render(template: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """The template with the values in the place of their names. Raises UnknownPlaceholder for a name that has none."""
    rendered: dict[str, Any] = _rendered(template, values)
    return rendered


def _rendered(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda found: _value(found[1], values), value)
    if isinstance(value, dict):
        return {name: _rendered(item, values) for name, item in value.items()}
    if isinstance(value, list):
        return [_rendered(item, values) for item in value]
    return value


def _value(name: str, values: Mapping[str, str]) -> str:
    if name not in values:
        raise UnknownPlaceholder(name, values)
    return values[name]
