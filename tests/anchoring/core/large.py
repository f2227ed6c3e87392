"""A bundle of many records, in runs of ten in a log twenty times as long: for benchmarks and browsers."""

import hashlib
from dataclasses import replace
from pathlib import Path

from anchoring.core import multiproof, notes, tree
from anchoring.core.bundle import Record, open_slots, serialise
from anchoring.core.slots import Slot
from anchoring.core.trust import serialise_trust
from tests.anchoring.core import example


def large_bundle(directory: Path, *, records: int) -> tuple[Path, Path]:
    """Paths of a bundle and of its trust file. All slots are shown but the actor's; there is no anchor."""
    indexes = [at // 10 * 200 + at % 10 for at in range(records)]
    size = records * 20
    leaves = [hashlib.sha256(at.to_bytes(8, "big")).digest() for at in range(size)]
    shown = []
    for at in indexes:
        slots: dict[str, Slot] = open_slots(
            document=example.statement(at), seed=example.seed(at), withheld=("actor",)
        )
        record = Record(at, slots)
        leaves[at] = tree.leaf_hash(record.entry())
        shown.append(record)
    nodes: dict[tuple[int, int], bytes] = {}
    frontier = tree.Frontier().extend(
        leaves, lambda level, at, value: nodes.__setitem__((level, at), value)
    )
    checkpoint = notes.Checkpoint(example.ORIGIN, size, frontier.root())
    made = replace(
        example.course(),
        records=tuple(shown),
        checkpoint=notes.sign(checkpoint, example.KEY),
        proof=tuple(multiproof.prove(indexes, size, lambda level, at: nodes[level, at])),
        anchor=None,
    )
    bundle, trust = directory / f"{records}.keiko.json", directory / "trust.json"
    bundle.write_bytes(serialise(made))
    trust.write_bytes(serialise_trust(example.trust_policy()))
    return bundle, trust
