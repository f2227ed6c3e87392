"""How fast one process makes canonical bytes, commitments and leaves; beside it, what limits it.

    python bench/commitments.py [STATEMENTS]        default 5000

Every figure comes from one run on the same statements (about 900 bytes each), since machines drift: compare the
figures of one run, not of two. "JSON read" and "22 HMACs" are the floor: no commitment can be made without them.
"""

import argparse
import hmac
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import rfc8785

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from anchoring.core.canonical import canonical
from anchoring.core.commitments import SLOTS, commit_slots, statement_entry
from anchoring.core.slots import open_slots
from anchoring.core.tree import Frontier, leaf_hash
from anchoring.quick import plain_members


def document(number: int) -> bytes:
    """A statement of a quiz as an LMS sends it and an LRS stores it."""
    course = f"https://escuela.example/course/{number % 20}"
    statement = {
        "id": f"00000000-0000-4000-8000-{number:012x}",
        "actor": {"objectType": "Agent", "name": "Zoë Núñez",
                  "account": {"homePage": "https://escuela.example", "name": str(number % 400)}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/answered", "display": {"es": "respondió"}},
        "object": {"id": f"{course}/quiz/{number % 7}/question/{number % 30}",
                   "definition": {"type": "http://adlnet.gov/expapi/activities/cmi.interaction",
                                  "name": {"es": "¿Cuánto es 7 × 8?"}, "interactionType": "choice"}},
        "result": {"success": True, "response": "56", "duration": "PT12S",
                   "score": {"raw": number % 11, "max": 10}},
        "context": {"registration": f"10000000-0000-4000-8000-{number % 900:012x}",
                    "language": "es", "contextActivities": {"parent": [{"id": course}]}},
        "timestamp": "2026-05-04T10:00:00.000Z",
        "stored": "2026-05-04T10:00:01.250Z",
        "authority": {"objectType": "Agent", "account": {"homePage": "https://escuela.example",
                                                         "name": "moodle"}},
        "version": "2.0.0",
    }  # fmt: skip
    return json.dumps(statement, ensure_ascii=False, separators=(",", ":")).encode()


def rate(work: Callable[[bytes], object], documents: Sequence[bytes]) -> float:
    """Documents a second of processor time, so that a busy machine does not count."""
    started = time.process_time()
    for each in documents:
        work(each)
    return len(documents) / (time.process_time() - started)


def hmacs(each: bytes) -> None:
    key, part = each[:32], each[: len(each) // len(SLOTS)]
    for _ in SLOTS:
        hmac.digest(key, key, "sha256")
        hmac.digest(key, part, "sha256")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("statements", nargs="?", type=int, default=5000)
    count = parser.parse_args().statements
    documents = [document(number) for number in range(count)]
    seed = bytes(32)
    values = {each: json.loads(each) for each in documents}
    leaf = leaf_hash(statement_entry(commit_slots(documents[0], seed)))
    print(f"{count} statements of {sum(map(len, documents)) / count:.0f} bytes, a second:")
    for name, work in {
        "JSON read (floor)": json.loads,
        "22 HMACs (floor)": hmacs,
        "canonical bytes, rfc8785 alone": lambda each: rfc8785.dumps(values[each]),
        "canonical bytes, ours": lambda each: canonical(values[each]),
        "11 commitments, the long way": lambda each: open_slots(
            document=each, seed=seed, withheld=()
        ),
        "11 commitments, the core's own way": lambda each: commit_slots(each, seed),
        "11 commitments, entry and leaf": lambda each: leaf_hash(
            statement_entry(commit_slots(each, seed, quick=plain_members))
        ),
    }.items():
        print(f"  {name:34} {rate(work, documents):10,.0f}")
    started = time.process_time()
    Frontier().extend(leaf for _ in range(count * 20))
    print(f"  {'leaves onto a frontier':34} {count * 20 / (time.process_time() - started):10,.0f}")


if __name__ == "__main__":
    main()
