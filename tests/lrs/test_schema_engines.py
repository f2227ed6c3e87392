"""The validator that accepts and the validator that explains hold the same statements for good."""

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrs.xapi import jsontext, schemas
from lrs.xapi.versions import V1, V2
from tests.lrs.conftest import a_statement, new_id

SEEDS = [
    a_statement(
        id=new_id(),
        timestamp="2026-03-12T14:05:00.123Z",
        result={
            "score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10}, "success": True,
            "completion": False, "response": "x", "duration": "PT1H2.5S",
            "extensions": {"https://x.example/e": [1, None, {"a": "b"}]},
        },
        context={
            "registration": new_id(), "language": "es-ES", "platform": "p", "revision": "1",
            "instructor": {"account": {"homePage": "https://x.example", "name": "n"}},
            "team": {"objectType": "Group", "member": [{"mbox": "mailto:a@b.org"}]},
            "contextActivities": {"parent": [{"id": "https://x.example/p"}], "other": {"id": "urn:x"}},
            "statement": {"objectType": "StatementRef", "id": new_id()},
        },
        attachments=[
            {
                "usageType": "https://x.example/t", "display": {"en": "x"}, "length": 3,
                "contentType": "text/plain", "sha2": "a" * 64, "fileUrl": "https://x.example/f",
            }
        ],
    ),
    a_statement(object={"objectType": "SubStatement", **a_statement()}),
    a_statement(
        actor={"objectType": "Group", "openid": "https://id.example/g", "member": []},
        object={
            "id": "https://x.example/q",
            "definition": {
                "interactionType": "matching", "correctResponsesPattern": ["a[.]b"],
                "source": [{"id": "a"}], "target": [{"id": "b", "description": {"en": "B"}}],
                "moreInfo": "https://x.example/more", "extensions": {"https://x.example/e": 1},
            },
        },
    ),
]  # fmt: skip

ODD = [
    None, True, False, 0, 1, -1, 1.0, 1.5, 10**30, "", " ", "x", "\n", "a\n", "http://x.example", "http://x.example\n",
    "mailto:a@b", "mailto:a@b\n", "\0", "\ud800", "é", "2026-03-12T14:05:00Z\n", "P1D\n", "es\n", "es", "ſs", "K",
    [], {}, [{}], {"id": "x"}, "Agent", "Group", "Activity", "StatementRef", "SubStatement", "\u2028", "\x1c", "\x85",
    "http://x\x1cy", "http://x\u00a0y", jsontext.loads(b"1.0000000000000000"), jsontext.loads(b"1e400"),
]  # fmt: skip
NAMES = [
    "id",
    "mbox",
    "openid",
    "account",
    "objectType",
    "member",
    "definition",
    "display",
    "extra",
    "en",
    "\ud800",
    "es\n",
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, item in items:
        yield from places(item, (*path, key))


def mutate(statement: Any, chance: random.Random) -> Any:
    changed = copy.deepcopy(statement)
    for _ in range(chance.randint(1, 3)):
        where = chance.choice(list(places(changed)))
        if not where:
            continue
        holder = changed
        for step in where[:-1]:
            holder = holder[step]
        kind = chance.randrange(4)
        if kind == 0 and isinstance(holder, dict):
            del holder[where[-1]]
        elif kind == 1 and isinstance(holder, dict):
            holder[chance.choice(NAMES)] = chance.choice(ODD)
        elif kind == 2 and isinstance(holder[where[-1]], str):
            holder[where[-1]] += chance.choice(["\n", " ", "x", "\0", "-", "Z"])
        else:
            holder[where[-1]] = copy.deepcopy(chance.choice(ODD))
    return changed


@settings(max_examples=1000, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    number=st.integers(0, len(SEEDS) - 1),
    version=st.sampled_from([V1, V2]),
)
def test_a_mutated_statement_is_good_for_both_or_for_neither(seed, number, version):
    mutated = mutate(SEEDS[number], random.Random(seed))
    accepted = schemas.fits(mutated, version)
    explained = bool(schemas._EXPLAIN[version].is_valid(mutated))
    assert accepted == explained, jsontext.dumps(mutated)
    if not accepted:
        error = schemas.explain(mutated, version)
        assert error.message
        assert "\ud800" not in error.message or error.message


@pytest.mark.parametrize("statement", SEEDS, ids=["everything", "substatement", "interaction"])
@pytest.mark.parametrize("version", [V1, V2])
def test_the_seeds_are_good(statement, version):
    assert schemas.fits(statement, version)


@pytest.mark.parametrize("version", [V1, V2])
def test_a_schema_is_itself_valid_and_says_its_version(version):
    schema = schemas.schema(version)
    assert version[:3] in schema["title"]
    path = Path(schemas.__file__).parent / "schema" / f"statement-{version}.json"
    assert json.loads(path.read_text(encoding="utf-8")) == schema
    schemas._Explainer.check_schema(schema)
