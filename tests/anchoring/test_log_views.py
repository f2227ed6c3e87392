"""The public log over HTTP."""

import json
from base64 import b64encode

import pytest
from django.test import Client

from anchoring import checkpoints, sequencer
from anchoring.core.notes import open_checkpoint
from anchoring.core.trust import parse_trust
from tests.anchoring.conftest import StoreStatements
from tests.anchoring.rebuild import leaf_hashes

pytestmark = pytest.mark.django_db


@pytest.fixture
def log_of_300(store_statements: StoreStatements) -> list[bytes]:
    """A log of 300 leaves with a checkpoint; its leaf hashes."""
    store_statements(300)
    sequencer.sequence()
    checkpoints.publish()
    return leaf_hashes()


def test_the_checkpoint_is_served_as_the_signed_note(
    client: Client, log_of_300: list[bytes]
) -> None:
    response = client.get("/log/checkpoint")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=1"
    assert open_checkpoint(response.content.decode(), checkpoints.verifier_key()).size == 300


def test_tiles_are_served_at_the_c2sp_paths_and_never_change(
    client: Client, log_of_300: list[bytes]
) -> None:
    full = client.get("/log/tile/0/000")
    assert full.content == b"".join(log_of_300[:256])
    assert full["Content-Type"] == "application/octet-stream"
    assert "immutable" in full["Cache-Control"]
    assert client.get("/log/tile/0/000.p/5").content == b"".join(log_of_300[:5])
    assert client.get("/log/tile/0/001.p/44").content == b"".join(log_of_300[256:])
    assert len(client.get("/log/tile/1/000.p/1").content) == 32


@pytest.mark.parametrize(
    "name",
    [
        "0/001",
        "0/001.p/45",
        "0/002.p/1",
        "1/000.p/2",
        "2/000.p/1",
        "0/x018/x446/x744/x073/x709/x551/615",
    ],
)
def test_a_tile_beyond_the_log_is_a_404_with_advice(
    client: Client, log_of_300: list[bytes], name: str
) -> None:
    response = client.get(f"/log/tile/{name}")
    assert response.status_code == 404
    assert "/log/checkpoint" in response.json()["advice"]
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "name",
    ["0", "0/1", "0/000.p/0", "0/000.p/256", "0/000.p/257", "64/000", "-1/000", "0/x000/001"],
)
def test_a_path_that_is_none_is_a_400_with_advice(client: Client, db: None, name: str) -> None:
    response = client.get(f"/log/tile/{name}")
    assert response.status_code == 400
    assert "tile/LEVEL/INDEX" in response.json()["advice"]


def test_entries_are_never_served(client: Client, log_of_300: list[bytes]) -> None:
    response = client.get("/log/tile/entries/000")
    assert response.status_code == 404
    assert response.json()["error"] == "Entries are never served."


@pytest.mark.parametrize("path", ["checkpoint", "anchors/latest?from=1", "nothing/here"])
def test_an_empty_log_answers_404_and_says_when_to_come_back(
    client: Client, db: None, path: str
) -> None:
    response = client.get(f"/log/{path}")
    assert response.status_code == 404
    assert set(response.json()) == {"error", "advice"}


@pytest.mark.parametrize("size", ["", "0", "-1", "x", "1.5", "9" * 20, "٣", "1 "])
def test_a_size_that_is_none_is_a_400(client: Client, db: None, size: str) -> None:
    response = client.get("/log/anchors/latest", {"from": size})
    assert response.status_code == 400
    assert "from=SIZE" in response.json()["advice"]


def test_the_trust_policy_holds_our_key_and_no_chain_that_was_never_met(
    client: Client, db: None
) -> None:
    response = client.get("/log/trust.json")
    (log,) = parse_trust(response.content).logs
    assert log.key == checkpoints.verifier_key()
    assert log.anchors == ()
    assert log.url.endswith("/log")
    assert response["Content-Type"] == "application/json"


PATHS = ["checkpoint", "tile/0/000", "anchors/latest", "trust.json", "tile/entries/0", "nowhere"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_may_be_read_by_scripts_of_any_site(
    client: Client, log_of_300: list[bytes], path: str
) -> None:
    assert client.get(f"/log/{path}")["Access-Control-Allow-Origin"] == "*"
    before = client.options(f"/log/{path}")
    assert before.status_code == 204
    assert before["Access-Control-Allow-Origin"] == "*"
    assert not client.get(f"/log/{path}").cookies


@pytest.mark.parametrize("path", PATHS)
def test_the_log_is_read_only(db: None, path: str) -> None:
    response = Client(enforce_csrf_checks=True).post(f"/log/{path}", b"x", "text/plain")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response.json()["advice"] == "Use GET."


def test_no_answer_holds_a_seed(
    client: Client, store_statements: StoreStatements, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = bytes(range(32))
    monkeypatch.setattr(sequencer, "new_seed", lambda: seed)
    store_statements(1)
    sequencer.sequence()
    checkpoints.publish()
    for path in ("checkpoint", "tile/0/000.p/1", "trust.json"):
        body = client.get(f"/log/{path}").content
        assert seed not in body
        assert b64encode(seed) not in body
        assert seed.hex() not in json.dumps(body.decode("latin-1"))
