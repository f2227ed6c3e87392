"""The demo plays once, whatever happens to it: killed, started again, its file lost.

Everything is real: PostgreSQL, the web server, the Celery worker and beat, the development chain.
"""

import json
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests

from keiko.launcher.devchain import DevChain
from tests.clients.running import ROOT, RunningKeiko, running_keiko

pytestmark = pytest.mark.chain

KEYS = {
    "xapi_endpoint",
    "key",
    "secret",
    "share_url",
    "bundle",
    "trust",
    "admin_url",
    "admin_email",
    "admin_password",
    "learner_email",
    "learner_password",
    "chain_url",
    "stores",
}
MADE_ONCE = (
    "lrs_store",
    "lrs_credential",
    "lrs_statement",
    "keiko_user",
    "passport_learner",
    "passport_identity",
    "passport_share",
)
# The demo is killed with SIGKILL as soon as it prints a line with these words.
KILLED_AT = ("Sending a school's term", "103 of", "statements are on disk", " logged,")


@pytest.fixture(scope="module")
def house(devchain: DevChain, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningKeiko]:
    more = {
        "CHAIN_URL": devchain.url,
        "ANCHOR_INTERVAL_SECONDS": "2",
        "LOG_ORIGIN": "demo-test.localhost",
    }
    with running_keiko(tmp_path_factory.mktemp("demo"), **more) as keiko:
        keiko.start("worker", "celery", "--app", "keiko", "worker", "--concurrency", "2")
        keiko.start("beat", "celery", "--app", "keiko", "beat")
        yield keiko


@pytest.fixture(scope="module")
def played(house: RunningKeiko) -> str:
    """What the demo printed when it came through at last, after being killed at each of KILLED_AT."""
    for words in KILLED_AT:
        kill_at(house, words)
    return play(house)


def kill_at(house: RunningKeiko, words: str) -> None:
    demo = subprocess.Popen(
        [sys.executable, "-m", "keiko.demo", "play"],
        env=dict(house.env), cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert demo.stdout is not None
    seen = any(words in line for line in demo.stdout)
    demo.kill()
    demo.communicate(timeout=30)
    assert seen, f"The demo never said {words!r}."


def play(house: RunningKeiko) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "keiko.demo", "play"],
        env=dict(house.env), cwd=ROOT, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def facts(house: RunningKeiko) -> dict[str, Any]:
    return json.loads((house.var / "demo.json").read_text(encoding="utf-8"))


def counts(house: RunningKeiko) -> dict[str, int]:
    with psycopg.connect(house.env["DATABASE_URL"]) as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 -- our own names
            for table in MADE_ONCE
        }


def test_after_four_kills_everything_was_made_once(house, played):
    found = counts(house)
    assert found.pop("lrs_statement") > 120
    assert found.pop("passport_identity") == 6
    assert found == {
        "lrs_store": 2,
        "lrs_credential": 2,
        "keiko_user": 2,
        "passport_learner": 1,
        "passport_share": 1,
    }


def test_the_file_has_exactly_its_keys_and_is_its_owners_alone(house, played):
    assert set(facts(house)) == KEYS
    assert all(facts(house).values())
    assert stat.S_IMODE((house.var / "demo.json").stat().st_mode) == 0o600


def test_each_version_has_a_store_that_answers_in_it_where_a_request_names_none(house, played):
    stores = facts(house)["stores"]
    assert [store["default_version"] for store in stores] == ["1.0.3", "2.0.0"]
    assert (stores[0]["key"], stores[0]["secret"]) == (facts(house)["key"], facts(house)["secret"])
    for store in stores:
        assert set(store) == {"name", "xapi_endpoint", "key", "secret", "default_version"}
        answer = requests.get(
            f"{store['xapi_endpoint']}/statements", auth=(store["key"], store["secret"]), timeout=20
        )
        assert answer.status_code == 400
        assert answer.headers["X-Experience-API-Version"] == store["default_version"]


def test_the_block_shows_the_proof_link_the_credentials_and_the_verifier(house, played):
    for name in ("xapi_endpoint", "key", "secret", "share_url", "admin_password"):
        assert facts(house)[name] in played
    assert "keiko-verify" in played


def test_the_bundle_of_the_proof_link_is_anchored_and_verifies(house, played):
    found = facts(house)
    assert json.loads(Path(found["bundle"]).read_text(encoding="utf-8"))["anchor"]
    checked = subprocess.run(
        [sys.executable, "-m", "anchoring.core.cli", found["bundle"], "--trust", found["trust"]],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_playing_again_changes_nothing_and_is_quick(house, played):
    before, written = counts(house), facts(house)
    began = time.monotonic()
    play(house)
    assert time.monotonic() - began < 15
    assert counts(house) == before
    assert facts(house) == written


def test_a_lost_file_costs_a_new_credential_and_new_passwords_only(house, played):
    before, written = counts(house), facts(house)
    (house.var / "demo.json").unlink()
    said = play(house)
    assert "a new credential was issued" in said
    assert counts(house) == {**before, "lrs_credential": before["lrs_credential"] + 2}
    assert facts(house)["share_url"] == written["share_url"]
    assert facts(house)["secret"] != written["secret"]
