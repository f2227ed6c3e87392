"""The worked examples of docs/log-format.md are true: computed here from the vectors with hash functions alone."""

import base64
import hashlib
import json
import re
from typing import Any

import pytest

from anchoring.core.canonical import NotExpressible, canonical
from chain.light.scale import encode_compact
from tests.anchoring.core import reference
from tests.anchoring.core.make_vectors import VECTORS
from tests.anchoring.core.test_cli import ROOT

FORMAT = (ROOT / "docs" / "log-format.md").read_text(encoding="utf-8")


def _vectors(name: str) -> Any:
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def _hex(text: str) -> str:
    return base64.b64decode(text).hex()


def _blake2(data: bytes, size: int) -> bytes:
    return hashlib.blake2b(data, digest_size=size).digest()


def test_the_worked_example_has_the_numbers_of_the_vectors() -> None:
    vectors = _vectors("commitments.json")
    first, _, last = vectors["records"]

    for line in (
        f"seed             {_hex(first['seed'])}",
        f"salt_result      {_hex(first['salts']['result'])}",
        f"C_result         {_hex(first['commitments']['result'])}",
        f"salt_attachments {_hex(first['salts']['attachments'])}",
        f"C_attachments    {_hex(first['commitments']['attachments'])}",
        f"leaf             {_hex(first['leaf'])}",
        f"salt_result      {_hex(last['salts']['result'])}",
        f"C_result         {_hex(last['commitments']['result'])}",
        f"`{_hex(vectors['erasure']['entry'])}`",
    ):
        assert line in FORMAT


def test_the_entry_has_each_commitment_where_it_is_said_to_be() -> None:
    first = _vectors("commitments.json")["records"][0]
    entry = _hex(first["entry"])

    for offset, size, name in (
        (0, 1, "kind"),
        (1, 32, "C_actor"),
        (33, 32, "C_attachments"),
        (193, 32, "C_result"),
    ):
        found = entry[2 * offset : 2 * (offset + size)]
        assert f"offset {offset:3}  {found:64}   {name}" in FORMAT
    assert entry[2 * 321 :] == _hex(first["commitments"]["version"])


def test_the_canonical_examples_are_canonical() -> None:
    rows = re.findall(r"^\| (`[{\[].*?`|`9007.*?) (?:\(.*\) )?\| (.*?) \|$", FORMAT, re.MULTILINE)
    assert len(rows) == 5
    *good, (bad, _) = rows
    for written, expected in good:
        assert canonical(json.loads(written.strip("`"))).decode() == expected.strip("`")
    for written in bad.split(", "):
        with pytest.raises(NotExpressible):
            canonical(json.loads(written.strip("`")))


def test_the_example_of_a_tree_is_the_one_of_the_rfc() -> None:
    leaves = [base64.b64decode(leaf) for leaf in _vectors("tree.json")["leaves"][:3]]
    names = {leaf: f"leaf {at}" for at, leaf in enumerate(leaves)}
    names[reference.mth(leaves[:2])] = "node [0,2)"
    for value, name in {**names, reference.mth(leaves): "root of 3"}.items():
        assert f"{name:13} {value.hex()}" in FORMAT

    for what, proof in {
        "inclusion of leaf 0 in 3": reference.path(0, leaves),
        "inclusion of leaf 2 in 3": reference.path(2, leaves),
        "consistency from 1 to 3": reference.proof(1, leaves),
        "consistency from 2 to 3": reference.proof(2, leaves),
        "multi-proof of leaves 0 and 2 in 3": reference.multiproof({0, 2}, leaves),
    }.items():
        assert f"| {what} | {', '.join(names[each] for each in proof)} |" in FORMAT


def test_the_multi_proof_of_two_leaves_of_seven_has_the_hashes_that_are_named() -> None:
    leaves = [base64.b64decode(leaf) for leaf in _vectors("tree.json")["leaves"][:7]]

    assert reference.multiproof({3, 5}, leaves) == [
        reference.mth(leaves[:2]),
        leaves[2],
        leaves[4],
        leaves[6],
    ]
    assert "Leaves 3 and 5 of 7 need four hashes: those of [0,2), 2, 4 and 6." in FORMAT


def test_the_paths_of_tiles_are_those_of_the_vectors() -> None:
    paths = _vectors("tree.json")["tiles"]["300"]

    assert "0/001.p/44" in paths
    assert "`0/001.p/44`" in FORMAT


def test_the_example_of_a_checkpoint_and_its_key_are_those_of_the_vectors() -> None:
    vector = _vectors("notes.json")
    name, number, key = vector["key"].split("+", 2)
    signed, line = vector["note"].split("\n\n")
    blob = base64.b64decode(line.split()[-1])

    assert vector["note"] in FORMAT
    assert f"`{vector['key']}`" in FORMAT
    material = base64.b64decode(key)
    assert f"01 ‖ public key  {material.hex()}" in FORMAT
    assert hashlib.sha256(name.encode() + b"\n" + material).hexdigest()[:8] == number
    assert f"number           {number}" in FORMAT
    assert blob[:4].hex() == number
    assert f"signature        {blob[4:36].hex()}\n                 {blob[36:].hex()}" in FORMAT
    assert f"{len(signed) + 1} bytes here" in FORMAT


def test_the_tlog_proof_begins_as_it_is_shown() -> None:
    assert "\n".join(_vectors("notes.json")["tlog_proof"].split("\n")[:3]) + "\n```" in FORMAT


def test_the_example_of_an_anchor_follows_from_the_checkpoint() -> None:
    vector = _vectors("notes.json")
    origin = hashlib.sha256(vector["origin"].encode()).digest()
    key = origin[:24] + (3).to_bytes(8, "big")
    value = vector["size"].to_bytes(8, "big") + base64.b64decode(vector["root"])

    assert f"SHA-256(origin)  {origin.hex()}" in FORMAT
    assert f"key              {key.hex()}\n" in FORMAT
    assert f"value            {value.hex()}" in FORMAT
    for part in ((1).to_bytes(4, "little"), b"\0", b"\x80" + key):
        assert f"{_blake2(part, 16).hex()} {part.hex()}" in FORMAT


def test_the_example_of_a_header_has_the_hash_that_it_says() -> None:
    block = _vectors("verification.json")["bundle"]["anchor"]["block"]
    header = block["header"]
    number, [log] = int(header["number"], 16), header["digest"]["logs"]
    lines = [
        (header["parentHash"][2:], "parentHash"),
        (encode_compact(number).hex(), f"number {number}"),
        (header["stateRoot"][2:], "stateRoot"),
        (header["extrinsicsRoot"][2:], "extrinsicsRoot"),
        (f"04 {log[2:]}", "one log"),
    ]
    encoded = bytes.fromhex("".join(part for part, _ in lines).replace(" ", ""))

    assert _blake2(encoded, 32).hex() == block["hash"][2:]
    for part, name in [*lines, (block["hash"][2:], "its hash")]:
        assert f"{part:64}   {name}" in FORMAT


def test_the_compact_integers_are_as_they_are_shown() -> None:
    shown = re.findall(r"`(\d+|2\^30)` is `([0-9a-f]+)`", FORMAT)

    assert len(shown) == 6
    for number, encoded in shown:
        assert encode_compact(2**30 if number == "2^30" else int(number)).hex() == encoded
