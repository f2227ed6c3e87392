"""From a plan to a proven anchor, on a real chain and a real database, with every hindrance."""

import logging
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from substrateinterface import Keypair, SubstrateInterface

from chain import services
from chain.adapters import UniquesAdapter
from chain.errors import ChainUnavailableError, ConflictError, NodeError
from chain.light.evidence import check_evidence
from chain.light.header import hexed
from chain.light.rpc import JsonRpc
from chain.models import Chain, Submission
from chain.node import Call, Node
from chain.selectors import chain_identity
from chain.submissions.states import State
from keiko.launcher.devchain import DevChain
from tests.chain.submissions.conftest import Plan, advance, alices_extrinsics

pytestmark = pytest.mark.chain


def test_a_planned_commitment_ends_verified_with_evidence_that_a_stranger_can_check(
    on_chain: DevChain, plan: Plan
) -> None:
    submission = plan()
    report = advance()
    assert report.verified == (submission,)
    assert (report.unfinished, report.problem) == (0, None)
    submission.refresh_from_db()
    evidence = submission.anchor_evidence
    assert evidence is not None
    checked = check_evidence(
        evidence,
        storage_key=UniquesAdapter(collection=1).storage_key(submission.commitment),
        commitment=submission.commitment,
    )
    assert checked.number == submission.block_number
    assert checked.time == submission.block_time


def test_several_commitments_are_anchored_in_order(on_chain: DevChain, plan: Plan) -> None:
    planned = [plan(seq, size=seq * 10) for seq in (1, 2, 3)]
    report = advance()
    assert report.verified == tuple(planned)
    numbers = [submission.block_number for submission in Submission.objects.order_by("seq")]
    assert numbers == sorted(numbers)


def test_planning_the_same_again_changes_nothing(transactional_db: None, plan: Plan) -> None:
    assert plan() == plan()
    assert Submission.objects.count() == 1
    with pytest.raises(ConflictError):
        plan(size=11)


def test_a_run_with_nothing_to_do_asks_no_node(transactional_db: None, settings: Any) -> None:
    settings.CHAIN_URL = "http://127.0.0.1:1"
    report = services.advance()
    assert (report.verified, report.unfinished, report.problem) == ((), 0, None)


def test_the_chains_identity_is_known_while_the_chain_is_down(
    on_chain: DevChain, plan: Plan, settings: Any
) -> None:
    with pytest.raises(ChainUnavailableError, match="chain_status"):
        chain_identity()
    plan()
    advance()
    settings.CHAIN_URL = "http://127.0.0.1:1"
    identity = chain_identity()
    assert identity.genesis == on_chain.genesis
    assert (identity.adapter, identity.collection) == ("uniques", 1)
    assert identity.development


def test_a_chain_that_is_down_is_tried_again_and_it_catches_up(
    on_chain: DevChain, plan: Plan, settings: Any
) -> None:
    submission = plan()
    settings.CHAIN_URL = "http://127.0.0.1:1"
    report = advance()
    assert report.problem is not None
    assert "No answer" in report.problem
    submission.refresh_from_db()
    assert submission.state == State.PLANNED
    assert "No answer" in submission.last_error
    assert submission.next_attempt_at is not None
    assert services.advance().problem is None, "it is not due yet, so nobody was asked"
    settings.CHAIN_URL = on_chain.url
    assert advance().verified == (submission,)
    submission.refresh_from_db()
    assert (submission.last_error, submission.next_attempt_at) == ("", None)


def test_another_genesis_is_an_error_that_says_so(
    on_chain: DevChain, plan: Plan, settings: Any
) -> None:
    Chain.objects.create(genesis=b"\7" * 32, name="old", node="old", development=True)
    submission = plan()
    report = advance()
    assert report.problem is not None
    assert on_chain.genesis in report.problem
    assert "0x" + "07" * 32 in report.problem
    submission.refresh_from_db()
    assert submission.state == State.PLANNED
    assert submission.last_error == report.problem


def test_an_anchor_that_is_on_the_chain_already_is_recognised_and_not_sent_twice(
    on_chain: DevChain, plan: Plan
) -> None:
    plan()
    advance()
    executed = alices_extrinsics(on_chain.url)
    Submission.objects.all().delete()  # as after a restore from a backup
    again = plan()
    assert advance().verified == (again,)
    assert alices_extrinsics(on_chain.url) == executed


def test_another_value_under_the_same_number_is_never_overwritten(
    on_chain: DevChain, plan: Plan
) -> None:
    plan()
    advance()
    executed = alices_extrinsics(on_chain.url)
    Submission.objects.all().delete()
    other = plan(root=b"\2" * 32)
    report = advance()
    assert report.problem is not None
    assert "already holds another anchor" in report.problem
    other.refresh_from_db()
    assert other.state == State.PLANNED
    assert alices_extrinsics(on_chain.url) == executed


def test_a_collection_of_another_owner_is_a_clear_error(
    on_chain: DevChain, plan: Plan, settings: Any
) -> None:
    plan()
    advance()
    second = plan(2)
    settings.CHAIN_SIGNER = "//Bob"
    report = advance()
    assert report.problem is not None
    assert "belongs to account" in report.problem
    assert "CHAIN_COLLECTION" in report.problem
    second.refresh_from_db()
    assert second.state == State.PLANNED


def test_an_extrinsic_that_fails_is_planned_again_with_the_runtimes_reason(
    on_chain: DevChain, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan()
    advance()
    second = plan(2)

    def existing(_adapter: object, _node: Node, _commitment: object, key: Keypair) -> list[Call]:
        return [Call("Uniques", "create", (1, key.ss58_address))]

    with monkeypatch.context() as patched:
        patched.setattr(UniquesAdapter, "calls", existing)
        report = advance()
    assert report.problem is not None
    assert "Uniques.InUse" in report.problem
    second.refresh_from_db()
    assert second.state == State.PLANNED
    assert "Uniques.InUse" in second.last_error
    assert advance().verified == (second,)


def test_an_extrinsic_whose_nonce_was_used_by_another_is_signed_again(
    on_chain: DevChain, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = plan()
    with monkeypatch.context() as patched:
        patched.setattr(Node, "submit", lambda _node, _extrinsic: None)  # it never arrives
        advance(patience=0)
    submission.refresh_from_db()
    assert submission.state == State.SUBMITTED
    first = submission.extrinsic_hash
    client = SubstrateInterface(url=on_chain.url)
    call = client.compose_call("System", "remark", {"remark": "0x00"})
    client.rpc_request(
        "author_submitExtrinsic",
        [str(client.create_signed_extrinsic(call, Keypair.create_from_uri("//Alice")).data)],
    )
    assert advance().verified == (submission,)
    submission.refresh_from_db()
    assert submission.extrinsic_hash != first


def test_a_block_that_left_the_chain_is_not_believed(on_chain: DevChain, plan: Plan) -> None:
    submission = plan()
    advance()
    Submission.objects.update(
        state=State.INCLUDED, block_hash=b"\5" * 32, evidence=None, verified_at=None
    )
    assert advance().verified == (submission,)
    submission.refresh_from_db()
    assert submission.block_hash != b"\5" * 32


def test_an_anchor_whose_block_the_node_has_pruned_is_proven_at_the_finalised_head(
    on_chain: DevChain, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = plan()
    advance()
    plan(2)
    advance()
    first.refresh_from_db()
    old = first.block_number
    assert old is not None
    _prune(monkeypatch, bytes(first.block_hash or b""))
    Submission.objects.filter(pk=first.pk).update(
        state=State.FINALISED, evidence=None, verified_at=None
    )
    executed = alices_extrinsics(on_chain.url)
    assert advance().verified == (first,)
    first.refresh_from_db()
    assert first.block_number is not None
    assert first.block_number > old
    assert first.extrinsic_index is None
    assert alices_extrinsics(on_chain.url) == executed


def test_an_anchor_whose_block_is_pruned_and_whose_value_is_missing_is_sent_again(
    on_chain: DevChain, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = plan()
    advance()
    plan(2)
    advance()
    first.refresh_from_db()
    _prune(monkeypatch, bytes(first.block_hash or b""))
    third = plan(3)
    Submission.objects.filter(pk=third.pk).update(
        state=State.FINALISED,
        block_number=first.block_number,
        block_hash=first.block_hash,
        extrinsic_index=first.extrinsic_index,
    )
    executed = alices_extrinsics(on_chain.url)
    assert advance().verified == (third,)
    assert alices_extrinsics(on_chain.url) == executed + 1


def test_only_one_process_at_a_time_uses_a_key(
    on_chain: DevChain, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan()
    statements: list[Any] = []
    with connection.execute_wrapper(
        lambda execute, sql, params, many, context: (
            statements.append(params) if "pg_try_advisory_lock" in sql else None,
            execute(sql, params, many, context),
        )[1]
    ):
        assert len(advance().verified) == 1
    (number,) = statements[0]
    plan(2)
    with psycopg.connect(**_parameters()) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [number])
        report = advance()
        assert report.busy
        assert report.unfinished == 1
    assert len(advance().verified) == 1


def test_the_signers_secret_is_in_no_log_and_no_message(
    on_chain: DevChain, plan: Plan, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CHAIN_SIGNER = "abandon abandon abandon secret words that are no phrase"
    plan()
    with caplog.at_level(logging.DEBUG):
        report = advance()
    assert report.problem is not None
    assert "CHAIN_SIGNER is no key" in report.problem
    assert "secret words" not in caplog.text + report.problem


def test_a_node_that_died_with_its_pool_gets_the_same_extrinsic_again(
    node: Path, tmp_path: Path, transactional_db: None, plan: Plan, settings: Any
) -> None:
    """And with a finality that lags: nothing counts as verified before its block is final."""
    settings.CHAIN_SIGNER = ""
    never = DevChain(tmp_path, node=node, block_ms=80_000_000)
    settings.CHAIN_URL = never.start()
    submission = plan()
    assert advance(patience=0.5).unfinished == 1
    submission.refresh_from_db()
    assert submission.state == State.SUBMITTED
    first = submission.extrinsic_hash
    never.kill()
    chain = DevChain(tmp_path, node=node, finality_lag=2)
    settings.CHAIN_URL = chain.start()
    try:
        assert advance().verified == (submission,)
        submission.refresh_from_db()
        assert submission.extrinsic_hash == first
        finalised = Node(chain.url, timeout=10).finalised()
        assert submission.block_number is not None
        assert submission.block_number <= finalised.number
    finally:
        chain.stop()


def test_the_status_command_says_what_is_wrong_and_then_what_is_right(
    on_chain: DevChain, plan: Plan, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    plan()
    settings.CHAIN_URL = "http://127.0.0.1:1"
    advance()
    with pytest.raises(CommandError, match="No answer"):
        call_command("chain_status")
    assert "Next attempt at" in capsys.readouterr().out
    settings.CHAIN_URL = on_chain.url
    advance()
    call_command("chain_status")
    told = capsys.readouterr().out
    assert "verified   1" in told
    assert on_chain.genesis in told
    assert "development only" in told


def _prune(monkeypatch: pytest.MonkeyPatch, block_hash: bytes) -> None:
    """From now on the node refuses the state of this block, as one that prunes does."""
    call, failure_of = JsonRpc.call, Node.failure_of
    gone = "The node answered with error 4003: State already discarded."

    def pruned_call(rpc: JsonRpc, method: str, *params: object) -> Any:
        if method.startswith("state_") and hexed(block_hash) in params:
            raise NodeError(gone, code=4003)
        return call(rpc, method, *params)

    def pruned_outcome(node: Node, block: bytes, index: int) -> str | None:
        if block == block_hash:
            raise NodeError(gone, code=4003)
        return failure_of(node, block, index)

    monkeypatch.setattr(JsonRpc, "call", pruned_call)
    monkeypatch.setattr(Node, "failure_of", pruned_outcome)


def _parameters() -> dict[str, Any]:
    found = connection.settings_dict
    return {
        "host": found["HOST"],
        "port": found["PORT"] or None,
        "user": found["USER"],
        "password": found["PASSWORD"] or None,
        "dbname": found["NAME"],
    }
