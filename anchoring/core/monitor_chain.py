"""The anchors of a log as the chain holds them now, number by number, each read with its proof."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from anchoring.core.monitor import Finding, Kind
from anchoring.core.monitor_state import SeenAnchor
from anchoring.core.trust import AnchorPlace
from anchoring.core.wording import sentence
from chain.light.anchors import FIRST_SEQ, uniques_attribute_key
from chain.light.errors import NodeProblem, OtherChain, ProofError
from chain.light.evidence import HeldAnchors, read_anchors
from chain.light.rpc import JsonRpc

AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class OnChain:
    """What the nodes showed. `anchors` from the number that was asked for, without a gap; `asked`
    are the nodes that answered, `problems` why others did not; `blocks` gives for each chain (by its
    genesis hash) the highest finalised block that was read."""

    anchors: tuple[SeenAnchor, ...]
    findings: tuple[Finding, ...]
    asked: tuple[str, ...]
    problems: tuple[str, ...]
    blocks: dict[bytes, int]


def follow(
    origin: str, places: Sequence[AnchorPlace], nodes: Sequence[JsonRpc], *, first: int = FIRST_SEQ
) -> OnChain:
    """Read the anchors from the number `first` on, until none of the nodes holds the next.

    Every node is asked for every place of its own chain: nodes of one chain that hold different
    anchors under one number are a finding.
    """
    return _Following(origin, places, first).run(nodes)


def check_order(before: SeenAnchor | None, anchors: Iterable[SeenAnchor]) -> Iterator[Finding]:
    """The remembered anchor is still what it was, and the log grows with its anchors' numbers."""
    for anchor in anchors:
        where = f"anchor {anchor.seq}"
        if before and anchor.seq == before.seq and anchor != before:
            yield Finding(
                Kind.REWRITE,
                where,
                f"The chain held size {before.size} and root {before.root.hex()} when it was last "
                f"read; now it holds size {anchor.size} and root {anchor.root.hex()}.",
            )
        elif before and anchor.seq > before.seq and anchor.size <= before.size:
            yield Finding(
                Kind.SHORTENED,
                where,
                f"It is of {anchor.size} leaves, anchor {before.seq} before it of {before.size}.",
            )
        before = anchor


class _Following:
    def __init__(self, origin: str, places: Sequence[AnchorPlace], first: int) -> None:
        self._origin_hash = hashlib.sha256(origin.encode()).digest()
        self._places = places
        self._first = first
        self._found: dict[int, tuple[SeenAnchor, str]] = {}
        self._findings: list[Finding] = []
        self._problems: list[str] = []
        self._blocks: dict[bytes, int] = {}

    def run(self, nodes: Sequence[JsonRpc]) -> OnChain:
        asked = [node.url for node in nodes if self._ask(node)]
        anchors: list[SeenAnchor] = []
        while (seq := self._first + len(anchors)) in self._found:
            anchors.append(self._found[seq][0])
        beyond = [seq for seq in self._found if seq >= self._first + len(anchors)]
        # An anchor may be on a chain of the log's that no node was given for.
        if beyond and self._blocks.keys() >= {place.chain.genesis for place in self._places}:
            self._findings.append(missing(self._first + len(anchors), min(beyond), "the chain has"))
        return OnChain(
            tuple(anchors), tuple(self._findings), tuple(asked), tuple(self._problems), self._blocks
        )

    def _ask(self, node: JsonRpc) -> bool:
        """Whether the node answered for one of the places."""
        answered = False
        problems: list[str] = []
        for place in self._places:
            try:
                self._read(node, place)
                answered = True
            except OtherChain as problem:
                problems.append(sentence(problem))
            except NodeProblem as problem:
                self._problems.append(sentence(problem))
                return False
        if not answered:
            self._problems += problems
        return answered

    def _read(self, node: JsonRpc, place: AnchorPlace) -> None:
        seq = self._first
        genesis = place.chain.genesis
        while True:
            numbers = range(seq, seq + AT_ONCE)
            try:
                found = self._batch(node, place, numbers)
            except ProofError as error:
                self._findings.append(
                    Finding(
                        Kind.REWRITE,
                        f"anchors {numbers[0]} to {numbers[-1]}",
                        f"The node at {node.url} shows no anchor there: {sentence(error)}",
                    )
                )
                return
            self._blocks[genesis] = max(self._blocks.get(genesis, 0), found.number)
            for number, held in zip(numbers, found.held, strict=True):
                if held is not None:
                    self._keep(SeenAnchor(number, *held), node.url)
            # One more batch is read where this one ends with an anchor: there may be more.
            if found.held[-1] is None:
                return
            seq += AT_ONCE

    def _batch(self, node: JsonRpc, place: AnchorPlace, numbers: range) -> HeldAnchors:
        keys = [uniques_attribute_key(place.collection, self._origin_hash, n) for n in numbers]
        return read_anchors(node, genesis=place.chain.genesis, storage_keys=keys)

    def _keep(self, anchor: SeenAnchor, url: str) -> None:
        other, other_url = self._found.setdefault(anchor.seq, (anchor, url))
        if other != anchor:
            self._findings.append(
                Finding(
                    Kind.FORK,
                    f"anchor {anchor.seq}",
                    f"{other_url} holds size {other.size} and root {other.root.hex()}, {url} size "
                    f"{anchor.size} and root {anchor.root.hex()}.",
                )
            )


def missing(seq: int, later: int, who: str) -> Finding:
    """A number that no anchor has, though `who` has a later one."""
    return Finding(
        Kind.GAP, f"anchor {seq}", f"The chain holds none of this number, but {who} anchor {later}."
    )
