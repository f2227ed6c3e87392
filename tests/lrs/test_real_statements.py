"""Real statements of a MOOC, in batches, as an import would send them."""

import gzip
import json
import os
import time
from itertools import islice
from pathlib import Path

import pytest

from lrs.models import Statement

SHARED = Path(os.environ.get("KEIKO_SHARED", Path(__file__).resolve().parents[3] / "shared"))
FILE = SHARED / "data" / "xapi" / "fun-mooc-statements.jsonl.gz"


@pytest.mark.skipif(not FILE.exists(), reason=f"the FUN-MOOC statements are not at {FILE}")
def test_ten_thousand_real_statements_are_taken_and_come_back_as_sent(xapi):
    with gzip.open(FILE, "rt", encoding="utf-8") as lines:
        statements = [json.loads(line) for line in islice(lines, 10_000)]
    begun = time.monotonic()
    for start in range(0, len(statements), 500):
        batch = statements[start : start + 500]
        response = xapi.post(batch)
        assert response.status_code == 200, response.content
        assert response.json() == [one["id"] for one in batch]
    rate = len(statements) / (time.monotonic() - begun)
    assert Statement.objects.count() == len({one["id"] for one in statements})
    for sent in statements[::500]:
        found = xapi.stored(sent["id"])
        assert {key: found[key] for key in sent} == sent
    assert xapi.post(statements[:500]).status_code == 200, "the same again is fine"
    assert rate > 100
