"""The worked example of docs/log-format.md is the one of the vectors."""

import base64
import json

from tests.anchoring.core.make_vectors import VECTORS
from tests.anchoring.core.test_cli import ROOT

FORMAT = (ROOT / "docs" / "log-format.md").read_text(encoding="utf-8")


def _hex(text: str) -> str:
    return base64.b64decode(text).hex()


def test_the_worked_example_has_the_numbers_of_the_vectors() -> None:
    vectors = json.loads((VECTORS / "commitments.json").read_text(encoding="utf-8"))
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


def test_the_example_of_a_checkpoint_and_its_key_are_those_of_the_vectors() -> None:
    vector = json.loads((VECTORS / "notes.json").read_text(encoding="utf-8"))

    assert vector["note"] in FORMAT
    assert f"`{vector['key']}`" in FORMAT
