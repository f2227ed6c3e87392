"""The door for later systems: whoever adds a source for its kind has its records in the log."""

from collections.abc import Mapping, Sequence

import pytest

from anchoring import checkpoints, kinds, leaves, sequencer
from anchoring.core.kinds import HIERARCHY
from anchoring.core.tree import leaf_hash, verify_inclusion
from anchoring.kinds import Entry
from anchoring.models import Kind
from anchoring.proofs import prove_inclusion
from tests.anchoring.conftest import StoreStatements

pytestmark = pytest.mark.django_db
SEED = bytes(range(32))


class Courses:
    """Two declared courses, as a system would keep them."""

    def __init__(self) -> None:
        self.places: dict[int, int] = {}

    def waiting(self, *, limit: int) -> Sequence[int]:
        return [number for number in (7, 8) if number not in self.places][:limit]

    def entries(self, *, records: Sequence[int]) -> Mapping[int, Entry]:
        return {number: Entry(self.entry(number), SEED) for number in records}

    def entry(self, number: int) -> bytes:
        return HIERARCHY.entry(
            HIERARCHY.commit({"level": "course", "activity": f"c/{number}"}, SEED)
        )

    def logged(self, *, places: Mapping[int, int]) -> None:
        self.places |= places

    def between(self, *, begin: int, end: int) -> Mapping[int, bytes]:
        return {at: self.entry(number) for number, at in self.places.items() if begin <= at < end}


@pytest.fixture
def courses(monkeypatch: pytest.MonkeyPatch) -> Courses:
    monkeypatch.setattr(kinds, "_sources", dict(kinds.sources()))
    source = Courses()
    kinds.add_source(Kind.HIERARCHY, source)
    return source


def test_records_of_another_kind_are_logged_and_proven(
    courses: Courses, store_statements: StoreStatements
) -> None:
    store_statements(3)
    assert sequencer.sequence() == 5
    checkpoint = checkpoints.publish()
    assert checkpoint is not None
    assert courses.places == {7: 3, 8: 4}
    assert leaves.of_records(kind=Kind.HIERARCHY, records=[8])[8].seed() == SEED
    verify_inclusion(
        leaf=leaf_hash(courses.entry(8)),
        index=4,
        size=5,
        proof=prove_inclusion(index=4, size=5),
        root=bytes(checkpoint.root),
    )
    assert sequencer.sequence() == 0


def test_a_kind_has_one_source(courses: Courses) -> None:
    with pytest.raises(ValueError, match="already"):
        kinds.add_source(Kind.HIERARCHY, Courses())
