"""Valid statements of every client's shape, and small changes that may or may not leave them valid."""

import copy
import json
import random
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from keiko.demo.term import statements, term
from lrs.xapi import jsontext
from tests.lrs.conformance.examples import AGENT, FULL, GROUP, about, change, substatement
from tests.lrs.conftest import voiding

Path = tuple[Any, ...]

ODD: list[Any] = [
    None, True, False, 0, 1, -1, 0.5, 1.0, -0.0, 1e300, 10**30, -(10**20), Decimal("1E+400"),
    "", " ", "\n", "\0", "\ud800", "é", "x", "1", "true", "null", [], {}, [[]], [{}], [None], {"": 0},
    "http://x.example/\0", "http://x.example/\ud800", "http://x.example/ñ", "mailto:a@b\u00a0c", "a:b",
    "2026-03-12T14:05:00Z", "2026-03-12T14:05:00+22:99", "2026-03-12 14:05:60z", "2026-02-30T00:00:00Z",
    "2026-03-12T14:05", "0000-01-01T00:00:00Z", "9999-12-31T23:59:60Z", "٢٠٢٦-03-12T14:05:00Z",
    "P1D", "PT", "P1W1D", "PT1,5S", "P٣D", "es", "es-", "x-y", "i-x", "en-a-bb-x-y", "zh-cmn-yue-wuu-hak",
    "Agent", "Group", "Activity", "StatementRef", "SubStatement", "agent", "choice", "contextAgent",
    "1.0", "1.0.3", "2.0.0", "2.0", "1.1.0", "http://adlnet.gov/expapi/verbs/voided",
    "6f1d6e1c-3b0a-4c8e-9d3f-0a1b2c3d4e5f", "{6f1d6e1c-3b0a-4c8e-9d3f-0a1b2c3d4e5f}",
    "6f1d6e1c3b0a4c8e9d3f0a1b2c3d4e5f0000", "6F1D6E1C-3B0A-0C8E-9D3F-0A1B2C3D4E5F", "a" * 64, "A" * 96,
]  # fmt: skip
NAMES = [
    "id", "name", "mbox", "openid", "account", "objectType", "member", "definition", "display", "extra",
    "en", "español", "http://x.example/e", "urn:x", "interactionType", "choices", "contextAgents",
    "contextGroups", "relevantTypes", "revision", "platform", "fileUrl", "authority", "stored", "version",
    "timestamp", "min", "max", "raw", "scaled", "\ud800", "", "description", "extensions", "Actor",
]  # fmt: skip
_ENDINGS = [
    "\n",
    " ",
    "x",
    "\0",
    "-",
    "Z",
    "é",
    "\u2028",
    ".",
    "0",
    "/",
    ":",
    "@",
    "\x1c",
    "\ud800",
]
_TWO = {"objectType": "Group", "member": [AGENT, {"openid": "https://id.example/eva"}]}


@cache
def seeds() -> tuple[Any, ...]:
    """Statements that both versions take, but for contextAgents and contextGroups (2.0 alone). They have no id:
    each is stored as one of its own."""
    shapes: dict[str, Any] = {}
    for statement in statements(term()):
        key = (
            f"{statement['verb']['id']} {sorted({str(path[-1:]) for path, _ in places(statement)})}"
        )
        shapes.setdefault(key, statement)
    two = {
        "contextAgents": [
            {"objectType": "contextAgent", "agent": AGENT, "relevantTypes": ["urn:t"]}
        ],
        "contextGroups": [{"objectType": "contextGroup", "group": GROUP}],
    }
    found = [
        *shapes.values(),
        FULL,
        substatement(),
        about(GROUP),
        about({"objectType": "StatementRef", "id": FULL["id"]}),
        voiding(FULL["id"]),
        change("/authority", _TWO),
        change("/context", FULL["context"] | two),
    ]
    return tuple({k: v for k, v in one.items() if k != "id"} for one in found)


@cache
def _parts() -> tuple[Any, ...]:
    """Every part of every seed: what is right in one place is put into another."""
    found = {jsontext.dumps(part): part for seed in seeds() for _, part in places(seed)}
    return tuple(found.values())


def places(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value within a value, with its path."""
    yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from places(item, (*path, number))


def mutated(chance: random.Random) -> bytes:
    """The JSON text of a statement with up to three changes; one in twelve is changed as text besides."""
    value = copy.deepcopy(chance.choice(seeds()))
    for _ in range(chance.randrange(4)):
        value = _changed(value, chance)
    body = _written(value, chance)
    return _scratched(body, chance) if chance.randrange(12) == 0 else body


def bodies() -> st.SearchStrategy[bytes]:
    """The same for Hypothesis, which finds the smallest text that fails."""
    return st.randoms(use_true_random=False).map(mutated)


def _changed(value: Any, chance: random.Random) -> Any:
    path, old = chance.choice([*places(value)])
    if not path:
        return value
    holder = value
    for step in path[:-1]:
        holder = holder[step]
    last = path[-1]
    match chance.randrange(8):
        case 0:
            del holder[last]
        case 1 if isinstance(holder, dict):
            holder[chance.choice(NAMES)] = copy.deepcopy(chance.choice([*ODD, *_parts()]))
        case 2 if isinstance(holder, dict):
            name = chance.choice(
                [str(last).upper(), str(last).title(), f"{last}s", chance.choice(NAMES)]
            )
            holder[name] = holder.pop(last)
        case 3:
            holder[last] = copy.deepcopy(chance.choice(_parts()))
        case 4 if isinstance(old, list) and old:
            old.append(copy.deepcopy(chance.choice(old)))
        case 5:
            holder[last] = chance.choice([[old], {"id": old}, _deep(old, chance)])
        case 6 if isinstance(old, str):
            holder[last] = _text(old, chance)
        case _:
            holder[last] = copy.deepcopy(chance.choice(_akin(old) or ODD))
    return value


def _akin(old: Any) -> list[Any]:
    """The odd values that look like the old one: other timestamps for a timestamp."""
    if not isinstance(old, str):
        return []
    return [odd for odd in ODD if isinstance(odd, str) and odd[:1] == old[:1]]


def _deep(value: Any, chance: random.Random) -> Any:
    for _ in range(chance.choice([2, 100, 250, 255])):
        value = [value]
    return value


def _text(old: str, chance: random.Random) -> str:
    cut = chance.randrange(len(old) + 1)
    ending = chance.choice(_ENDINGS)
    return chance.choice(
        [
            old + ending,
            ending + old,
            old[:cut] + ending + old[cut:],
            old[:cut],
            old[cut:],
            old.upper(),
            old.lower(),
        ]
    )


def _written(value: Any, chance: random.Random) -> bytes:
    """As different clients write it: compact, spaced, with everything escaped."""
    if chance.randrange(3):
        return jsontext.dumps(value) if _depth(value) < 200 else _with_exact_numbers(value)
    return _with_exact_numbers(value)


def _with_exact_numbers(value: Any) -> bytes:
    text = json.dumps(value, default=lambda number: f"\u0007{number}\u0007")
    return text.replace('"\\u0007', "").replace('\\u0007"', "").encode()


def _depth(value: Any) -> int:
    return max(len(path) for path, _ in places(value))


def _scratched(body: bytes, chance: random.Random) -> bytes:
    """A byte of the text gone, doubled or replaced; or a part of it twice, so that a name may be."""
    cut = chance.randrange(len(body))
    other = bytes([chance.choice([*b'"{}[]:,\\0-.eE\n\0', 0xFF, 0xC3, 0xED, 0xEF])])
    end = min(len(body), cut + chance.randrange(1, 60))
    return chance.choice(
        [
            body[:cut] + body[cut + 1 :],
            body[:cut] + other + body[cut + 1 :],
            body[:cut] + other + body[cut:],
            body[:end] + body[cut:],
            body[:cut],
        ]
    )
