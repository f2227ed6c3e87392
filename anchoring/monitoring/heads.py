"""What the tables and the chain say of the log's heads."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from django.conf import settings

from anchoring import keys
from anchoring.core import tiles
from anchoring.core.errors import NoteError
from anchoring.core.monitor import Finding, Head, Kind, check_behind, check_beyond
from anchoring.core.monitor_chain import OnChain, check_order, follow, missing
from anchoring.core.monitor_state import Memory
from anchoring.core.notes import open_with
from anchoring.core.trust import parse_trust
from anchoring.core.wording import sentence
from anchoring.models import Anchor, Checkpoint, Tile
from anchoring.sequencer import frontier_of, read_head
from anchoring.tilestore import middle_of
from anchoring.tilestore import tile as read_tile
from anchoring.trust import trust_policy
from chain.light.rpc import JsonRpc


def signed_between(begin: int, end: int) -> tuple[list[Head], list[Finding]]:
    """The heads of the checkpoints of a size above `begin`, up to `end`, and what is wrong with
    their rows or signatures."""
    heads: list[Head] = []
    findings: list[Finding] = []
    known = keys.known()
    for row in Checkpoint.objects.filter(size__gt=begin, size__lte=end).order_by("size"):
        source = f"The checkpoint of {row.size} leaves"
        where = f"checkpoint {row.size}"
        try:
            signed = open_with(row.note, known)
        except NoteError as error:
            findings.append(Finding(Kind.SIGNATURE, where, sentence(error)))
            continue
        if (signed.size, signed.root) != (row.size, bytes(row.root)):
            detail = f"Its row has another size or root than its note, of {signed.size} leaves."
            findings.append(Finding(Kind.REWRITE, where, detail))
        heads.append(Head(signed.size, signed.root, source))
    return heads, findings


def check_middles(begin: int, end: int) -> Iterator[Finding]:
    """What is kept beside the tiles that hold, or are above, the leaves from `begin` to below `end`."""
    level = 0
    while end >> (tiles.HEIGHT * level):
        span = tiles.HEIGHT * (level + 1)
        rows = Tile.objects.filter(level=level, index__gte=begin >> span, index__lte=end >> span)
        for row in rows.order_by("index").iterator():
            if row.middle and bytes(row.middle) != middle_of(bytes(row.hashes)):
                detail = "The middle that is kept beside its hashes does not follow from them."
                yield Finding(Kind.REWRITE, f"tile/{tiles.Tile(level, row.index).path()}", detail)
        level += 1


def check_head(newest: Head) -> Iterator[Finding]:
    """The row that the sequencer goes on from must continue the newest checkpoint."""
    row = read_head()
    try:
        now = Head(row.size, frontier_of(row).root(), "The table anchoring_head")
    except ValueError as error:
        yield Finding(Kind.REWRITE, "anchoring_head", sentence(error))
        return
    yield from check_beyond([newest], now)
    if newest.size <= now.size and (found := check_behind(newest, now, read_tile)):
        yield found
    for size in Checkpoint.objects.filter(size__gt=now.size).values_list("size", flat=True)[:10]:
        detail = f"It is of {size} leaves; the log has {now.size} only."
        yield Finding(Kind.SHORTENED, f"checkpoint {size}", detail)


def check_chain(
    newest: Head | None, memory: Memory, nodes: Sequence[str]
) -> tuple[OnChain, list[Finding]]:
    """The anchors on the chain, against the tables and, where it could be built, the tree."""
    (log,) = parse_trust(trust_policy()).logs
    urls = list(nodes) or [settings.CHAIN_URL]
    chain = follow(log.origin, log.anchors, [JsonRpc(url) for url in urls if url])
    findings = [*chain.findings, *check_order(memory.anchor, chain.anchors)]
    if chain.asked:
        findings += _check_rows(chain)
    if newest:
        findings += check_heads([anchor.head() for anchor in chain.anchors], newest)
    return chain, findings


def check_heads(heads: Sequence[Head], newest: Head) -> list[Finding]:
    """Each head must be one of the tree that ends with the newest, or was cut off."""
    read = lru_cache(maxsize=1024)(read_tile)
    within = [head for head in heads if head.size <= newest.size]
    found = (check_behind(head, newest, read) for head in within)
    return check_beyond(heads, newest) + [each for each in found if each]


def _check_rows(chain: OnChain) -> Iterator[Finding]:
    rows = {row.seq: row for row in Anchor.objects.select_related("checkpoint")}
    for anchor in chain.anchors:
        row, where = rows.get(anchor.seq), f"anchor {anchor.seq}"
        if row is None:
            detail = (
                f"The chain holds it, of {anchor.size} leaves, and the database does not know it: "
                "its row was deleted, or an older state of the database was restored."
            )
            yield Finding(Kind.SHORTENED, where, detail)
        elif (row.checkpoint.size, bytes(row.checkpoint.root)) != (anchor.size, anchor.root):
            known = f"size {row.checkpoint.size} and root {bytes(row.checkpoint.root).hex()}"
            held = f"size {anchor.size} and root {anchor.root.hex()}"
            yield Finding(Kind.FORK, where, f"The chain holds {held}; the database {known}.")
    last = chain.anchors[-1].seq if chain.anchors else 0
    lost = [s for s, row in rows.items() if row.verified and s > last and _is_final(row, chain)]
    if lost:
        yield missing(last + 1, min(lost), "the database knows")


def _is_final(row: Anchor, chain: OnChain) -> bool:
    """Whether a node that was asked has reached the block that held the anchor."""
    place, number = row.place or {}, row.block_number
    genesis = str(place.get("chain", {}).get("genesis", ""))[2:]
    return number is not None and number <= chain.blocks.get(bytes.fromhex(genesis), -1)
