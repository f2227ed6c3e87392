"""Data 2.4.1: the id; 2.0: 4.2.4.2."""

import uuid

from tests.lrs.conformance.examples import FULL, change, each, without
from tests.lrs.conformance.table import bad, good, requirement, statements

_PLACES = "/id /context/registration /context/statement/id"
_HEX = "6f1d6e1c-3b0a-{}c8e-{}d3f-0a1b2c3d4e5f"

test_ids = statements(
    "Data 2.4.1",
    good(
        "An id is a UUID, of any version",
        *[each(_PLACES, _HEX.format(v, 9))[n] for v in "1234567" for n in range(3)],
    ),
    good("An id is a UUID of variant 2", *[change("/id", _HEX.format(4, v)) for v in "89abAB"]),
    bad(
        "An id of another variant is refused",
        *[change("/id", _HEX.format(4, v)) for v in "07cf"],
        at="/id",
    ),
    good("An id may have upper case letters", *each(_PLACES, FULL["id"].upper())),
    bad("An id is written with its four hyphens", *each(_PLACES, FULL["id"].replace("-", ""))),
    bad(
        "An id is written without braces and without urn:uuid",
        *each(_PLACES, "{" + FULL["id"] + "}"),
        *each(_PLACES, f"urn:uuid:{FULL['id']}"),
    ),
    bad(
        "An id has 32 hexadecimal digits",
        *each(_PLACES, FULL["id"][:-1]),
        *each(_PLACES, FULL["id"] + "0"),
        *each(_PLACES, FULL["id"].replace("f", "g")),
    ),
    bad(
        "An id is a text, and not empty",
        *each(_PLACES, ""),
        *each(_PLACES, 1),
        *each(_PLACES, {}),
        *each(_PLACES, [FULL["id"]]),
    ),
)


@requirement(
    "Data 2.4.1", "A statement without an id is given one by the LRS, and the answer names it"
)
def test_the_lrs_makes_ids(lrs):
    statement = without("/id")
    first, second = lrs.post([statement, statement]).json()
    assert first != second
    for identity in (first, second):
        assert uuid.UUID(identity).variant == uuid.RFC_4122
        assert lrs.get(statementId=identity).json()["id"] == identity


@requirement(
    "Data 2.4.1",
    "A statement's own id is kept, and the answer names it in the order of the request",
)
def test_ids_are_kept_in_order(lrs):
    ids = [str(uuid.uuid4()) for _ in range(3)]
    assert lrs.post([change("/id", one) for one in ids]).json() == ids
