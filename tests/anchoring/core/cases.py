"""Bundles that hold and bundles that do not, each with what must come out of every check.

The outcomes are written down here by hand; the program under test has no say in them. Any other
verifier can take the cases from `tests/vectors/verification.json`.
"""

import copy
import json
from dataclasses import dataclass, field
from typing import Any

from anchoring.core import notes
from anchoring.core.bundle import anchor_to_json, serialise
from anchoring.core.report import CHECK_IDS
from anchoring.core.statement import exact_member
from tests.anchoring.core import example, world

PASSED, FAILED, COULD_NOT = "passed", "failed", "could_not_check"
Document = dict[str, Any]
Path = list[str | int]
ALL_PASS = dict.fromkeys(CHECK_IDS, PASSED)


def but(**outcomes: str) -> dict[str, str]:
    """Everything passes but these."""
    return ALL_PASS | outcomes


def stops_at(check_id: str) -> dict[str, str]:
    """One of the first three fails, so nothing after it is looked at."""
    at = CHECK_IDS.index(check_id)
    return {
        each: PASSED if i < at else FAILED if i == at else COULD_NOT
        for i, each in enumerate(CHECK_IDS)
    }


UNKNOWN_LOG = but(checkpoint=COULD_NOT, anchor=COULD_NOT, consistency=COULD_NOT, status=COULD_NOT)
OFFLINE = but(anchor=COULD_NOT, consistency=COULD_NOT, status=COULD_NOT)


@dataclass(frozen=True)
class Case:
    """The example bundle with some values `set`, then some members `remove`d, then some values
    written as `raw` JSON text, then its text `cut` to so many characters (below zero: so many less)
    and something `append`ed; what may be asked, and what must come out.

    `expected` has the outcome of each check; or `error` the place at which the form is refused.
    `says` is a text that one of the details must hold.
    """

    name: str
    expected: dict[str, str] | None = None
    error: str | None = None
    set: list[tuple[Path, Any]] = field(default_factory=list)
    remove: list[Path] = field(default_factory=list)
    raw: list[tuple[Path, str]] = field(default_factory=list)
    cut: int | None = None
    append: str = ""
    trust: str | None = "example"
    offline: bool = False
    world: Document = field(default_factory=dict)  # addresses with other answers, null for none
    says: str = ""


def slot(name: str, *more: str, record: int = 0) -> Path:
    return ["records", record, "slots", name, *more]


def _signed_by_another() -> str:
    return notes.sign(example.LOG.checkpoint(example.SIZE), example.OTHER_KEY)


def _forked(size: int) -> str:
    """A checkpoint that the log really signed, of a tree that is not the example's."""
    return notes.sign(notes.Checkpoint(example.ORIGIN, size, b"\7" * 32), example.KEY)


def _anchor(seq: int, block: int) -> Document:
    return anchor_to_json(example.anchor(seq, block))


LATEST_URL = f"{example.LOG_URL}/anchors/latest?from={example.SIZE}"
NOTE = notes.sign(example.LOG.checkpoint(example.SIZE), example.KEY)
EXACT = exact_member(example.statement(200), "result").decode()
B64_ZERO = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
HEX_ZERO = "0x" + "00" * 32


def _status(share: str = "active", **records: list[int]) -> Document:
    """The answer for the example's share; of a closed one there is no record in it."""
    covered = list(example.SHOWN) if share == "active" else []
    answer = {
        "share": share,
        "records": {"covered": covered, "voided": [], "erased": []} | records,
    }
    return {"log": {example.STATUS_URL: answer}}


def _latest(**other: Any) -> Document:
    return {"log": {LATEST_URL: world.latest_anchor() | other}}


def _node_says(method: str, parameters: list[Any], result: Any) -> Document:
    answers = copy.deepcopy(world.node_answers())
    for answer in answers:
        if answer["method"] == method and answer["params"] == parameters:
            answer["result"] = result
    return {"nodes": {example.NODE: answers}}


GOOD = [
    Case("everything holds", ALL_PASS),
    Case("no trust file", UNKNOWN_LOG, trust=None, says="no trust file"),
    Case("a trust file that knows other logs", UNKNOWN_LOG, trust="stranger"),
    Case("offline", OFFLINE, offline=True, says="The evidence is sound"),
    Case("offline without a trust file", UNKNOWN_LOG, offline=True, trust=None),
    Case("no answer from anybody", OFFLINE, world={"nodes": {example.NODE: None},
         "log": {LATEST_URL: None, example.STATUS_URL: None}}),
    Case("the node is down", but(anchor=COULD_NOT, consistency=COULD_NOT),
         world={"nodes": {example.NODE: None}}, says="But no node confirms it"),
    Case("not anchored yet", but(anchor=COULD_NOT), set=[(["anchor"], None)]),
    Case("no expiry", ALL_PASS, set=[(["share", "expires"], None)]),
    Case("another title: said, not proven", ALL_PASS, set=[(["share", "title"], "Física")]),
    Case("another name of the chain: said, not proven", ALL_PASS,
         set=[(["anchor", "chain", "name"], "Another name")]),
    Case("nodes in the bundle are not asked", ALL_PASS,
         set=[(["anchor", "chain", "nodes"], ["http://attacker.example"])]),
    Case("numbers written otherwise", ALL_PASS,
         set=[(slot("result", "value", "score", "scaled", record=1), 0.3000000000000000444)]),
]  # fmt: skip

CHANGED_RECORDS = [
    Case(f"{name} changed", stops_at("records"), set=[(slot(name, "value"), "x")],
         says=f"record 17: {name} was changed")
    for name in ("actor", "authority", "context", "id", "object", "result", "stored", "timestamp",
                 "verb", "version")
] + [
    Case("one point more", stops_at("records"),
         set=[(slot("result", "value", "score", "raw"), 10)], says="record 17: result was changed"),
    Case("a text against a number", stops_at("records"),
         set=[(slot("result", "value", "score", "raw"), "6")]),
    Case("two parts changed", stops_at("records"),
         set=[(slot("verb", "value"), None), (slot("id", "value"), None)],
         says="record 17: id and verb were changed"),
    Case("a salt changed", stops_at("records"), set=[(slot("verb", "salt"), B64_ZERO)]),
    Case("an absent part now there", stops_at("records"),
         set=[(slot("attachments"), {"commitment": B64_ZERO, "salt": B64_ZERO, "value": []})]),
    Case("a part now absent", stops_at("records"), remove=[slot("verb", "value")],
         set=[(slot("verb", "absent"), True)]),
    Case("an exact value changed", stops_at("records"),
         set=[(slot("result", "exact", record=2), "9007199254740994")],
         says="record 200: result was changed"),
    Case("an exact value with other white space", stops_at("records"),
         set=[(slot("result", "exact", record=2), EXACT.replace('"max" :', '"max":'))]),
    Case("the commitment of a shown part changed", stops_at("records"),
         set=[(slot("verb", "commitment"), B64_ZERO)]),
]  # fmt: skip

CHANGED_PROOFS = [
    Case("the commitment of a withheld part changed", stops_at("inclusion"),
         set=[(slot("actor", "commitment", record=1), B64_ZERO)]),
    Case("another index", stops_at("inclusion"), set=[(["records", 0, "index"], 16)]),
    Case("an index beyond the log", stops_at("inclusion"), set=[(["records", 2, "index"], 260)]),
    Case("a record left out", stops_at("inclusion"), remove=[["records", 1]]),
    Case("a hash of the proof changed", stops_at("inclusion"), set=[(["proof", 0], B64_ZERO)]),
    Case("a proof that is too short", stops_at("inclusion"), remove=[["proof", 0]]),
    Case("an empty proof", stops_at("inclusion"), set=[(["proof"], [])]),
    Case("a checkpoint of one record more: the proof has the same form", stops_at("checkpoint"),
         set=[(["checkpoint"], NOTE.replace("\n260\n", "\n261\n"))]),
    Case("a checkpoint of another size", stops_at("inclusion"),
         set=[(["checkpoint"], NOTE.replace("\n260\n", "\n250\n"))]),
    Case("a checkpoint that is no note", stops_at("inclusion"), set=[(["checkpoint"], "hello")]),
    Case("a checkpoint with a leading zero", stops_at("inclusion"),
         set=[(["checkpoint"], NOTE.replace("\n260\n", "\n0260\n"))]),
    Case("a checkpoint of another tree", stops_at("inclusion"),
         set=[(["checkpoint"], _forked(example.SIZE))]),
    Case("signed by another key", stops_at("checkpoint"),
         set=[(["checkpoint"], _signed_by_another())], says="was not signed with the known key"),
    Case("the checkpoint of another log", stops_at("checkpoint"),
         set=[(["origin"], "other.example")]),
    Case("the checkpoint of another log, without trust", stops_at("checkpoint"),
         set=[(["origin"], "other.example")], trust=None),
]  # fmt: skip

CHANGED_ANCHORS = [
    Case("another anchor's number", but(anchor=FAILED), set=[(["anchor", "seq"], 4)]),
    Case("another collection", but(anchor=COULD_NOT), set=[(["anchor", "collection"], 2)],
         says="that the trust file does not name"),
    Case("another chain", but(anchor=COULD_NOT),
         set=[(["anchor", "chain", "genesis"], HEX_ZERO)]),
    Case("another block hash", but(anchor=FAILED), set=[(["anchor", "block", "hash"], HEX_ZERO)]),
    Case("another block hash, offline", OFFLINE | {"anchor": FAILED}, offline=True,
         set=[(["anchor", "block", "hash"], HEX_ZERO)]),
    *(Case(f"header: another {name}", but(anchor=FAILED),
           set=[(["anchor", "block", "header", name], value)])
      for name, value in (("parentHash", HEX_ZERO), ("number", "0x79"), ("stateRoot", HEX_ZERO),
                          ("extrinsicsRoot", HEX_ZERO), ("digest", {"logs": []}))),
    Case("a node of the read proof changed", but(anchor=FAILED),
         set=[(["anchor", "proof", 0], "0x00")]),
    Case("a node of the read proof left out", but(anchor=FAILED), remove=[["anchor", "proof", 0]]),
    Case("evidence for another checkpoint", but(anchor=FAILED),
         set=[(["anchor"], _anchor(example.NEWEST_SEQ, example.NEWEST_BLOCK))]),
    Case("the chain has another block there", but(anchor=FAILED),
         world=_node_says("chain_getBlockHash", [example.BLOCK], HEX_ZERO)),
    Case("a node of another chain", but(anchor=COULD_NOT, consistency=COULD_NOT),
         world=_node_says("chain_getBlockHash", [0], HEX_ZERO)),
]  # fmt: skip

AFTERWARDS = [
    Case("the log does not answer", but(consistency=COULD_NOT), world={"log": {LATEST_URL: None}}),
    Case("the log forked", but(consistency=FAILED),
         world=_latest(checkpoint=_forked(example.NEWEST))),
    Case("the log forked at the same size", but(consistency=FAILED),
         world=_latest(checkpoint=_forked(example.SIZE), consistency=[])),
    Case("a consistency proof that is none", but(consistency=FAILED),
         world=_latest(consistency=[B64_ZERO])),
    Case("an answer signed by somebody else", but(consistency=COULD_NOT),
         world=_latest(checkpoint=_signed_by_another())),
    Case("an older answer", but(consistency=COULD_NOT), world=_latest(checkpoint=_forked(200))),
    Case("the newest checkpoint is not in its anchor", but(consistency=FAILED),
         world=_latest(anchor=_anchor(example.SEQ, example.BLOCK))),
    Case("an answer that is no answer", but(consistency=COULD_NOT),
         world={"log": {LATEST_URL: {"error": "maintenance"}}}),
    Case("withdrawn", but(status=FAILED), world=_status("withdrawn"), says="has withdrawn"),
    Case("ended, says the server", but(status=FAILED), world=_status("expired")),
    Case("ended, says the bundle", but(status=FAILED), offline=False,
         set=[(["share", "expires"], "2026-05-31T00:00:00+00:00")], says="The share ended"),
    Case("a record was voided", but(status=FAILED), world=_status(voided=[17]), says="voided: 17"),
    Case("a record was erased", but(status=FAILED), world=_status(erased=[18, 200]),
         says="erased: 18, 200"),
    Case("other records were voided", ALL_PASS, world=_status(voided=[19], erased=[42])),
    Case("the status of a share that covers more", ALL_PASS,
         world=_status(covered=[3, 17, 18, 19, 200, 270])),
    Case("the status of another share", but(status=FAILED), world=_status(covered=[19, 42]),
         says="belongs to another share than this file: it does not cover these of its records: "
              "17, 18, 200"),
    Case("the status of a share that covers one record less", but(status=FAILED),
         world=_status(covered=[17, 200]), says="these of its records: 18"),
    Case("the status of a share that covers nothing", but(status=FAILED),
         world=_status(covered=[]), says="belongs to another share"),
    Case("not covered is told before voided", but(status=FAILED),
         world=_status(covered=[17, 18], voided=[17]), says="belongs to another share"),
    Case("a status that does not say what the share covers", but(status=COULD_NOT),
         world={"log": {example.STATUS_URL: {"share": "active",
                                             "records": {"voided": [], "erased": []}}}}),
    Case("no address for the status", but(status=COULD_NOT), set=[(["share", "status_url"], None)]),
    Case("a status on another server is not asked", but(status=COULD_NOT),
         set=[(["share", "status_url"], "http://keiko.example.attacker.example:8000/p/x/status")]),
    Case("a status on another port is not asked", but(status=COULD_NOT),
         set=[(["share", "status_url"], "http://keiko.example:8001/p/Zm9vYmFy/status")]),
    Case("an address that is none", but(status=COULD_NOT),
         set=[(["share", "status_url"], "javascript:alert(1)")]),
    Case("the status does not answer", but(status=COULD_NOT),
         world={"log": {example.STATUS_URL: None}}),
    Case("a status that is none", but(status=COULD_NOT),
         world={"log": {example.STATUS_URL: {"share": "fine", "records": {}}}}),
]  # fmt: skip

REFUSED = [
    Case("not JSON", error="$", raw=[(["format"], "keiko")]),
    Case("bytes after the document", error="$", raw=[(["anchor"], "null} {")]),
    Case("another format", error="$.format", set=[(["format"], "keiko-bundle/v2")]),
    Case("an unknown name", error="$.colour", set=[(["colour"], "blue")]),
    Case("an unknown name in a record", error="$.records[0].note",
         set=[(["records", 0, "note"], "")]),
    Case("an unknown name in a slot", error="$.records[0].slots.verb.note",
         set=[(slot("verb", "note"), "")]),
    Case("an unknown slot", error="$.records[0].slots.grade", set=[(slot("grade"), {})]),
    Case("a name twice", error="$.share", raw=[(["share", "title"], '"x","title":"y"')]),
    Case("a name twice inside of a value", error="$.records[0].slots.verb.value",
         raw=[(slot("verb", "value"), '{"id":"x","id":"y"}')]),
    *(Case(f"without {name}", error="$", remove=[[name]])
      for name in ("format", "origin", "share", "records", "checkpoint", "proof", "anchor")),
    Case("a slot missing", error="$.records[0].slots", remove=[slot("verb")]),
    Case("no records", error="$.records", set=[(["records"], [])]),
    Case("records out of order", error="$.records[1].index", set=[(["records", 1, "index"], 17)]),
    Case("an index with a fraction", error="$.records[0].index",
         raw=[(["records", 0, "index"], "17.0")]),
    Case("an index below zero", error="$.records[0].index", set=[(["records", 0, "index"], -1)]),
    Case("an index as text", error="$.records[0].index", set=[(["records", 0, "index"], "17")]),
    Case("an index that is true", error="$.records[0].index", set=[(["records", 0, "index"], True)]),
    Case("an index beyond 2^53", error="$.records[2].index",
         raw=[(["records", 2, "index"], "9007199254740993")]),
    Case("another kind", error="$.records[0].kind", set=[(["records", 0, "kind"], "credential")]),
    Case("a commitment that is too short", error="$.records[0].slots.verb.commitment",
         set=[(slot("verb", "commitment"), "AAAA")]),
    Case("base64 without its padding", error="$.records[0].slots.verb.salt",
         set=[(slot("verb", "salt"), B64_ZERO[:-1])]),
    Case("base64 with bits left over", error="$.records[0].slots.verb.salt",
         set=[(slot("verb", "salt"), B64_ZERO[:-2] + "B=")]),
    Case("a salt without a value", error="$.records[0].slots.verb", remove=[slot("verb", "value")]),
    Case("a value without a salt", error="$.records[0].slots.verb", remove=[slot("verb", "salt")]),
    Case("a value that is also absent", error="$.records[0].slots.verb",
         set=[(slot("verb", "absent"), True)]),
    Case("absent false", error="$.records[0].slots.attachments.absent",
         set=[(slot("attachments", "absent"), False)]),
    *(Case(f"a value that has no canonical form: {text[:12]}",
           error="$.records[0].slots.verb.value", raw=[(slot("verb", "value"), text)])
      for text in ("9007199254740993", "1e400", "[-1e16]", '{"a":"\\ud800"}', '{"\\udc00":1}',
                   "[" * 101 + "]" * 101)),
    Case("NaN", error="$", raw=[(["records", 0, "index"], "NaN")]),
    Case("an exact text that is not JSON", error="$.records[2].slots.result.exact",
         set=[(slot("result", "exact", record=2), "{")]),
    Case("a hash of the proof that is too long", error="$.proof[0]",
         set=[(["proof", 0], "AAAA" + B64_ZERO)]),
    Case("an origin with a space", error="$.origin", set=[(["origin"], "keiko example")]),
    Case("an unknown adapter", error="$.anchor.adapter", set=[(["anchor", "adapter"], "carrier")]),
    Case("a block hash in capitals", error="$.anchor.block.hash",
         set=[(["anchor", "block", "hash"], "0x" + "AB" * 32)]),
    Case("a header with a number as number", error="$.anchor.block.header",
         set=[(["anchor", "block", "header", "number"], 120)]),
    Case("a date without its zone", error="$.share.created",
         set=[(["share", "created"], "2026-05-20T09:30:00")]),
    Case("a day that does not exist", error="$.share.expires",
         set=[(["share", "expires"], "2026-02-30T00:00:00Z")]),
]  # fmt: skip

_PROOF = json.loads(serialise(example.course()))["proof"]
_SHARE = json.loads(serialise(example.course()))["share"]
_TEXT, _, _SIGNATURE = NOTE.partition("\n\n")
_ORIGIN, _SIZE, _ROOT = _TEXT.split("\n")


def _note(name: str, note: str) -> Case:
    return Case(name, stops_at("inclusion"), set=[(["checkpoint"], note)], says="cannot be read")


def _size(text: str) -> str:
    return NOTE.replace("\n260\n", f"\n{text}\n")


def _consistency(name: str, *proof: str) -> Case:
    return Case(name, but(consistency=FAILED), world=_latest(consistency=list(proof)))


# What the issue of the log names as bad input, and the like of it.
BAD_INPUT = [
    *(Case(f"truncated: {name}", error="$", cut=at)
      for name, at in (("nothing is left", 0), ("one character", 1), ("half of a name", 5), ("2,000", 2000),
                       ("the last brace", -1), ("the last text", -40))),
    Case("truncated: the anchor is gone whole", error="$", remove=[["anchor"]]),
    *(Case(f"trailing bytes: {name}", error="$", append=text)
      for name, text in (("a letter", "x"), ("a brace", "}"), ("a comma", ","), ("a zero byte", "\0"),
                         ("a second document", "{}"), ("a byte order mark", "\ufeff"),
                         ("a no-break space", "\u00a0"))),
    Case("trailing white space of JSON means nothing", ALL_PASS, append=" \t\r\n"),
    Case("re-ordered: the records", error="$.records[1].index",
         set=[(["records", 0, "index"], 18), (["records", 1, "index"], 17)]),
    Case("re-ordered: two records under their indexes", error="$.records[2].index",
         set=[(["records", 1, "index"], 200), (["records", 2, "index"], 18)]),
    Case("re-ordered: the hashes of the proof", stops_at("inclusion"),
         set=[(["proof", 0], _PROOF[1]), (["proof", 1], _PROOF[0])]),
    Case("re-ordered: the members of an object, which means nothing", ALL_PASS,
         raw=[(["share"], json.dumps(dict(reversed(_SHARE.items())), ensure_ascii=False))]),
    _note("re-ordered: the lines of the checkpoint", f"{_SIZE}\n{_ORIGIN}\n{_ROOT}\n\n{_SIGNATURE}"),
    *(Case(f"a name twice: {'.'.join(map(str, path))}", error=error, raw=[(path, text)])
      for path, text, error in (
          (["origin"], '"keiko.example","origin":"keiko.example"', "$"),
          (["records", 0, "index"], '17,"index":17', "$.records[0]"),
          (["anchor", "seq"], '3,"\\u0073eq":3', "$.anchor"),
          (["anchor", "chain", "name"], '"a","name":"b"', "$.anchor.chain"))),
    *(Case(f"an integer as {name}", error=".".join(["$", *path]), raw=[(path, text)])
      for path in (["anchor", "seq"], ["anchor", "collection"])
      for name, text in (("a float: " + path[1], "3.0"), ("an exponent: " + path[1], "3e0"),
                         ("text: " + path[1], '"3"'), ("a large float: " + path[1], "1e400"))),
    *(_note(f"a huge size: {name}", _size(text))
      for name, text in (("2^64", str(2**64)), ("a thousand digits", "9" * 1000))),
    Case("a huge size: 2^52", stops_at("inclusion"), set=[(["checkpoint"], _size(str(2**52)))]),
    Case("a huge size: an index of 1,000 digits", error="$.records[2].index",
         raw=[(["records", 2, "index"], "9" * 1000)]),
    Case("a proof too long: a hash more", stops_at("inclusion"), set=[(["proof"], [*_PROOF, B64_ZERO])]),
    Case("a proof too long: every hash twice", stops_at("inclusion"),
         set=[(["proof"], [each for each in _PROOF for _ in "ab"])]),
    Case("a proof too short: the last hash left out", stops_at("inclusion"), set=[(["proof"], _PROOF[:-1])]),
    _consistency("a consistency proof too short", *world.latest_anchor()["consistency"][:-1]),
    _consistency("a consistency proof too long", *world.latest_anchor()["consistency"], B64_ZERO),
    _note("a second line that looks like a signature", f"{_ORIGIN}\n{_SIGNATURE}{_ROOT}\n\n{_SIGNATURE}"),
    _note("a signature among the signed lines", f"{_TEXT}\n{_SIGNATURE}\n{_SIGNATURE}"),
    _note("a signed text that is signed once more", f"{NOTE}\n{_SIGNATURE}"),
    _note("a signature with nothing signed", f"\n\n{_SIGNATURE}"),
    _note("a signature of another form", f"{_TEXT}\n\n{_SIGNATURE.replace('— ', '-- ')}"),
    _note("a checkpoint with carriage returns", NOTE.replace("\n", "\r\n")),
    _note("a checkpoint with an extension line", NOTE.replace("\n\n", "\nmore\n\n")),
    Case("a second signature, by another key, means nothing", ALL_PASS,
         set=[(["checkpoint"], NOTE + _signed_by_another().partition("\n\n")[2])]),
    Case("a second signature, by the same key and wrong, spoils the note", stops_at("checkpoint"),
         set=[(["checkpoint"], NOTE + _forked(example.SIZE).partition("\n\n")[2])]),
]  # fmt: skip

CASES = [
    *GOOD,
    *CHANGED_RECORDS,
    *CHANGED_PROOFS,
    *CHANGED_ANCHORS,
    *AFTERWARDS,
    *REFUSED,
    *BAD_INPUT,
]
