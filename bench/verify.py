"""How long the two verifiers take for a large bundle, offline: Python, and the offline HTML file in a browser.

    python bench/verify.py [RECORDS]        default 1000; the goal is under 1 s for 1,000

Beside it, what limits Python: reading the JSON, and the HMACs and hashes alone. Each by the clock, and by the processor
time of the one thread that works, which a busy machine lengthens less. `bench/verify.mjs` does it in Node.js.
"""

import argparse
import hashlib
import hmac
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from anchoring.core.bundle import parse
from anchoring.core.commitments import SLOTS
from anchoring.core.trust import parse_trust
from anchoring.core.verification import verify
from tests.anchoring.core.large import large_bundle

ROUNDS = 5
# In the page: from the moment in which it has the files to the moment in which the verdict stands.
IN_PAGE = """async ([bundle, trust]) => {
  const input = document.getElementById("files");
  const carried = new DataTransfer();
  carried.items.add(new File([trust], "trust.json"));
  carried.items.add(new File([bundle], "bundle.keiko.json"));
  const done = new Promise((resolve) =>
    new MutationObserver(() => resolve(performance.now())).observe(
      document.getElementById("report"), { childList: true, characterData: true, subtree: true }));
  input.files = carried.files;
  const begin = performance.now();
  input.dispatchEvent(new Event("change"));
  return [(await done) - begin, document.getElementById("verdict-sentence").textContent];
}"""


@dataclass(frozen=True)
class Took:
    """Milliseconds, by the clock and by the processor."""

    clock: float
    processor: float


def median(rounds: list[Took]) -> Took:
    return Took(
        statistics.median(each.clock for each in rounds),
        statistics.median(each.processor for each in rounds),
    )


def took(work: Callable[[], object]) -> Took:
    rounds = []
    for _ in range(ROUNDS):
        clock, processor = time.perf_counter(), time.thread_time()
        work()
        rounds.append(
            Took(1000 * (time.perf_counter() - clock), 1000 * (time.thread_time() - processor))
        )
    return median(rounds)


def in_python(bundle: bytes, trust: bytes) -> None:
    report = verify(
        parse(bundle), trust=parse_trust(trust), chain=None, log=None, now=datetime.now(UTC)
    )
    wrong = [check for check in report.checks[:3] if check.outcome != "passed"]
    if wrong:
        raise AssertionError(wrong)


def hashing_alone(records: int) -> None:
    """An HMAC for each slot, a leaf for each record."""
    for _ in range(records):
        for _ in SLOTS:
            hmac.digest(bytes(32), bytes(90), "sha256")
        hashlib.sha256(bytes(353)).digest()


def in_browser(bundle: str, trust: str) -> Took:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keiko.settings")
    import django

    django.setup()
    from playwright.sync_api import sync_playwright

    from keiko.launcher.browser import ARGUMENTS, find_browser
    from passport.offline.page import offline_page

    found = find_browser()
    if found is None:
        raise SystemExit("There is no Chromium here: `make test` brings one.")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "keiko-verifier.html"
        file.write_bytes(offline_page())
        browser = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        rounds = []
        for _ in range(ROUNDS):
            page = browser.new_page(locale="en-GB")  # afresh: nothing is compiled or warm yet
            page.goto(file.as_uri())
            tools = page.context.new_cdp_session(page)
            tools.send("Performance.enable", {"timeDomain": "threadTicks"})
            before = _processor_ms(tools)
            clock, sentence = page.evaluate(IN_PAGE, [bundle, trust])
            if "not changed since" not in sentence:
                raise AssertionError(sentence)
            rounds.append(Took(clock, _processor_ms(tools) - before))
            page.close()
        browser.close()
    return median(rounds)


def _processor_ms(tools: Any) -> float:
    """What the page's main thread has worked in all."""
    metrics = {
        each["name"]: each["value"] for each in tools.send("Performance.getMetrics")["metrics"]
    }
    return 1000 * float(metrics["TaskDuration"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("records", nargs="?", type=int, default=1000)
    records = parser.parse_args().records
    with tempfile.TemporaryDirectory() as directory:
        bundle, trust = (
            path.read_bytes() for path in large_bundle(Path(directory), records=records)
        )
    print(
        f"{records} records, {len(bundle):,} bytes, in a log of {records * 20:,}; "
        f"medians of {ROUNDS}, ms (clock, processor):"
    )
    for name, found in (
        ("Python: read as JSON (floor)", took(lambda: json.loads(bundle))),
        ("Python: HMACs and leaves (floor)", took(lambda: hashing_alone(records))),
        ("Python: read strictly", took(lambda: parse(bundle))),
        ("Python: read and verified", took(lambda: in_python(bundle, trust))),
        ("browser: offline HTML file, shown", in_browser(bundle.decode(), trust.decode())),
    ):
        print(f"  {name:36} {found.clock:8,.0f} {found.processor:8,.0f}")


if __name__ == "__main__":
    main()
