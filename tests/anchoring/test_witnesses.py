"""Witnesses cosign what is honest; none that is down, slow or lying stops the log."""

import base64
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from anchoring import bundles, checkpoints, keys, sequencer, tasks, witnesses
from anchoring.core import bundle, notes
from anchoring.core.cosignatures import cosignatures
from anchoring.core.report import Outcome
from anchoring.core.trust import Trust, Witnesses, parse_trust
from anchoring.core.verification import verify
from anchoring.core.witness_protocol import parse_witnesses
from anchoring.models import Anchor, Checkpoint, Cosignature, WitnessState
from anchoring.trust import trust_policy
from keiko.models import User
from keiko.witnesslist import witness_list
from tests.anchoring.conftest import StoreStatements
from tests.anchoring.core.witnessing import cosignature, witness_key, witness_vkey
from tests.anchoring.test_bundles import SHARE
from tests.anchoring.witness import HonestWitness, Lie, Reply, listening

pytestmark = pytest.mark.django_db

Start = Callable[..., list[HonestWitness]]


@pytest.fixture
def start(db: None, settings: Settings) -> Iterator[Start]:
    """Starts an honest witness for each name, and one for each lie; the log is told of them all."""
    settings.LOG_WITNESS_TIMEOUT = timedelta(seconds=1)
    with ExitStack() as stack:

        def starting(*names: str, **lies: Lie) -> list[HonestWitness]:
            vkey = checkpoints.verifier_key()
            made = [HonestWitness(f"{name}.example", vkey) for name in names]
            made += [HonestWitness(f"{name}.example", vkey, lie) for name, lie in lies.items()]
            for each in made:
                stack.enter_context(listening(each))
            told = [each.setting() for each in made]
            settings.LOG_WITNESSES = parse_witnesses(told)
            return made

        yield starting


@pytest.fixture
def grow(store_statements: StoreStatements) -> Callable[..., list[int]]:
    """Logs so many statements more, and signs; their seqs."""

    def growing(count: int = 1) -> list[int]:
        seqs = store_statements(count)
        tasks.sequence()
        return seqs

    return growing


def newest() -> Checkpoint:
    found = checkpoints.newest()
    assert found is not None
    return found


def state(witness: HonestWitness) -> WitnessState:
    return WitnessState.objects.get(vkey=witness.vkey)


def due_again() -> None:
    WitnessState.objects.update(next_attempt=None)


def test_witnesses_cosign_every_newest_checkpoint(
    start: Start, grow: Callable[..., list[int]]
) -> None:
    made = start("one", "two")
    for count in (1, 2, 300, 5):
        grow(count)
        assert witnesses.cosign() == 2
        found = cosignatures(witnesses.note_of(newest()), [each.vkey for each in made])
        assert found.keys() == {each.vkey for each in made}
    assert [each.seen.size for each in made if each.seen] == [308, 308]
    # Each was asked once for each checkpoint: the log remembers what it has cosigned.
    assert [len(each.asked) for each in made] == [4, 4]


def test_a_checkpoint_is_asked_for_once(start: Start, grow: Callable[..., list[int]]) -> None:
    (one,) = start("one")
    grow()
    assert [witnesses.cosign(), witnesses.cosign()] == [1, 0]
    assert len(one.asked) == 1


def test_a_witness_that_knows_more_than_we_remember_tells_its_size(
    start: Start, grow: Callable[..., list[int]]
) -> None:
    (one,) = start("one")
    grow(3)
    witnesses.cosign()
    # Killed before the commit: the witness has signed, we know nothing of it.
    Cosignature.objects.all().delete()
    WitnessState.objects.all().delete()
    assert witnesses.cosign() == 1
    grow(4)
    WitnessState.objects.all().delete()
    assert witnesses.cosign() == 1
    assert [body.split("\n")[0] for body in one.asked] == [
        "old 0", "old 0", "old 3", "old 0", "old 3",
    ]  # fmt: skip


def test_a_log_without_witnesses_asks_nobody(grow: Callable[..., list[int]]) -> None:
    grow()
    assert witnesses.cosign() == 0
    assert not WitnessState.objects.exists()


def no_text(witness: HonestWitness, body: str) -> Reply:
    return 200, b"\xff\xfe"


def nothing(witness: HonestWitness, body: str) -> Reply:
    return 200, b""


def a_stranger(witness: HonestWitness, body: str) -> Reply:
    return 200, cosignature(body.partition("\n\n")[2], "stranger.example").encode()


def another_key(witness: HonestWitness, body: str) -> Reply:
    note = body.partition("\n\n")[2]
    return 200, cosignature(note, witness.name, key=witness_key("thief")).encode()


def another_tree(witness: HonestWitness, body: str) -> Reply:
    note = body.partition("\n\n")[2].replace("\n2\n", "\n3\n")
    return 200, cosignature(note, witness.name).encode()


def the_future(witness: HonestWitness, body: str) -> Reply:
    moment = int(time.time()) + 3600
    return 200, cosignature(body.partition("\n\n")[2], witness.name, moment=moment).encode()


def no_time(witness: HonestWitness, body: str) -> Reply:
    return 200, cosignature(body.partition("\n\n")[2], witness.name, moment=0).encode()


def a_text_behind(witness: HonestWitness, body: str) -> Reply:
    return 200, cosignature(body.partition("\n\n")[2], witness.name).encode() + b"and more\n"


def a_whole_note(witness: HonestWitness, body: str) -> Reply:
    note = body.partition("\n\n")[2]
    return 200, (note + cosignature(note, witness.name)).encode()


def too_much(witness: HonestWitness, body: str) -> Reply:
    return 200, b"\xe2\x80\x94" * 100_000


def a_size_beyond(witness: HonestWitness, body: str) -> Reply:
    return 409, b"1000\n"


def another_size_each_time(witness: HonestWitness, body: str) -> Reply:
    return 409, b"%d\n" % (len(witness.asked) % 2 + 1)


def no_size(witness: HonestWitness, body: str) -> Reply:
    return 409, b"+2"


def a_redirect(witness: HonestWitness, body: str) -> Reply:
    return 302, b""


def an_error(witness: HonestWitness, body: str) -> Reply:
    return 503, b"<html>"


LIES = [
    (no_text, "no cosignature of this checkpoint"),
    (nothing, "holds no cosignature by liar.example"),
    (a_stranger, "holds no cosignature by liar.example"),
    (another_key, "does not fit the checkpoint"),
    (another_tree, "does not fit the checkpoint"),
    (the_future, "dated in the future"),
    (no_time, "has no time"),
    (a_text_behind, "is not a signature"),
    (a_whole_note, "no cosignature of this checkpoint"),
    (too_much, "too long"),
    (a_size_beyond, "It says that it has cosigned 1000 records"),
    (another_size_each_time, "does not stay with the size"),
    (no_size, "without the size"),
    (a_redirect, "answered HTTP 302"),
    (an_error, "answered HTTP 503"),
]


@pytest.mark.parametrize(("lie", "words"), LIES, ids=[lie.__name__ for lie, _ in LIES])
def test_a_lie_is_not_kept_and_the_honest_witness_still_counts(
    start: Start, grow: Callable[..., list[int]], lie: Lie, words: str
) -> None:
    honest, liar = start("honest", liar=lie)
    grow(2)

    assert witnesses.cosign() == 1

    assert Cosignature.objects.get().witness == honest.vkey
    assert words in state(liar).problem
    assert len(liar.asked) <= 2
    # It is asked again later, less and less often, and the log goes on.
    asked = len(liar.asked)
    grow(1)
    assert witnesses.cosign() == 1
    assert len(liar.asked) == asked
    assert newest().size == 3


def test_a_witness_that_came_to_its_senses_cosigns_again(
    start: Start, grow: Callable[..., list[int]]
) -> None:
    (liar,) = start(liar=a_size_beyond)
    grow(2)
    witnesses.cosign()
    liar.lie = None
    assert witnesses.cosign() == 0
    due_again()
    assert witnesses.cosign() == 1
    assert (state(liar).problem, state(liar).failures) == ("", 0)


def test_pauses_grow_up_to_five_minutes(
    start: Start, grow: Callable[..., list[int]], settings: Settings
) -> None:
    (liar,) = start(liar=an_error)
    grow()
    pauses = []
    for _ in range(7):
        due_again()
        witnesses.cosign()
        found = state(liar)
        assert found.next_attempt
        assert found.asked
        pauses.append((found.next_attempt - found.asked).total_seconds())
    assert pauses == [10, 20, 40, 80, 160, 300, 300]


def test_a_witness_that_was_told_another_history_is_not_believed_and_says_so(
    start: Start, grow: Callable[..., list[int]]
) -> None:
    (one,) = start("one")
    grow(5)
    one.seen = notes.Checkpoint("keiko.localhost", 3, b"\7" * 32)
    assert witnesses.cosign() == 0
    assert "does not continue what it has cosigned" in state(one).problem


def test_a_witness_that_does_not_know_the_log_is_a_problem_for_the_operator(
    start: Start, grow: Callable[..., list[int]], settings: Settings
) -> None:
    (one,) = start("one")
    one.log_key = notes.verifier_key("other.example", witness_key("x").public_key())
    grow()
    witnesses.cosign()
    assert "ask its operator to add origin and key" in state(one).problem
    one.log_key = notes.verifier_key("keiko.localhost", witness_key("x").public_key())
    due_again()
    witnesses.cosign()
    assert "does not know the key of this log" in state(one).problem


@contextmanager
def dripping(every: float, first: bytes) -> Iterator[str]:
    """A server that never comes to an end: a byte every so often. Its address."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)

        def drip(connection: socket.socket) -> None:
            with connection:
                try:
                    connection.sendall(first)
                    while not stop.wait(every):
                        connection.sendall(b"x")
                except OSError:
                    return  # the other side has hung up, which is what it should do

        def serve() -> None:
            while not stop.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                threading.Thread(target=drip, args=(connection,)).start()

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        stop.set()
        thread.join()


SLOW = [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"]


@pytest.mark.parametrize("first", SLOW, ids=["silent", "in its header", "in its body"])
def test_a_witness_that_dawdles_takes_no_longer_than_the_setting(
    start: Start, grow: Callable[..., list[int]], settings: Settings, first: bytes
) -> None:
    start("honest")
    with dripping(0.2 if first else 3600, first) as url:
        slow = witness_vkey("slow.example")
        settings.LOG_WITNESSES += parse_witnesses([f"{url} {slow}"])
        grow()
        began = time.monotonic()
        assert witnesses.cosign() == 1
        took = time.monotonic() - began

    assert took < 2
    assert "gave no whole answer within 1 s" in WitnessState.objects.get(vkey=slow).problem


def test_without_any_witness_the_log_and_its_anchors_go_on(
    start: Start, chain_down: None, grow: Callable[..., list[int]], settings: Settings
) -> None:
    settings.LOG_WITNESSES = parse_witnesses([f"http://127.0.0.1:9 {witness_vkey('gone.example')}"])
    grow(3)
    tasks.cosign()
    tasks.anchor()
    assert Anchor.objects.get().checkpoint_id == 3
    assert "cannot be asked" in WitnessState.objects.get().problem


def test_what_is_anchored_was_cosigned_first(
    start: Start, chain_down: None, grow: Callable[..., list[int]]
) -> None:
    (one,) = start("one")
    grow(3)
    tasks.anchor()
    anchor = Anchor.objects.get()
    assert cosignatures(witnesses.note_of(anchor.checkpoint), [one.vkey])


def test_a_cosigned_checkpoint_is_anchored_before_one_a_moment_newer(
    start: Start, grow: Callable[..., list[int]]
) -> None:
    start("one")
    grow(3)
    witnesses.cosign()
    grow(1)
    for beyond, expected in ((0, 3), (3, 4)):
        found = witnesses.to_anchor(beyond=beyond)
        assert found
        assert found.size == expected
    assert witnesses.to_anchor(beyond=4) is None
    Cosignature.objects.update(received=timezone.now() - timedelta(minutes=2))
    late = witnesses.to_anchor(beyond=0)
    assert late
    assert late.size == 4


def test_only_one_process_asks_at_a_time(
    start: Start, grow: Callable[..., list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = start("one")
    grow()
    monkeypatch.setattr(witnesses, "try_lock", lambda _: False)
    assert witnesses.cosign() == 0
    assert one.asked == []


def test_cosignatures_are_served_with_the_checkpoint(
    client: Client, start: Start, grow: Callable[..., list[int]]
) -> None:
    (one,) = start("one")
    assert client.get("/log/checkpoint/cosigned").status_code == 404
    grow(2)
    witnesses.cosign()
    served = client.get("/log/checkpoint").content.decode()
    assert cosignatures(served, [one.vkey])
    assert notes.open_checkpoint(served, checkpoints.verifier_key()).size == 2
    grow(1)
    assert not cosignatures(client.get("/log/checkpoint").content.decode(), [one.vkey])
    assert client.get("/log/checkpoint/cosigned").content.decode() == served


def outcome(data: bytes, trust: Trust) -> tuple[Outcome, str]:
    report = verify(bundle.parse(data), trust=trust, chain=None, log=None, now=timezone.now())
    return report["checkpoint"].outcome, report["checkpoint"].detail


def test_bundles_carry_cosignatures_and_a_verifier_may_demand_them(
    start: Start, grow: Callable[..., list[int]], settings: Settings
) -> None:
    made = start("one", "two", liar=an_error)
    settings.LOG_WITNESSES_REQUIRED = 2
    seqs = grow(4)
    witnesses.cosign()
    grow(1)  # the newest is not cosigned; the bundle takes the one that is

    data = bundles.build(records=[bundles.RecordSelection(seqs[1])], share=SHARE)

    trust = parse_trust(trust_policy())
    (log,) = trust.logs
    assert log.witnesses == Witnesses(2, tuple(each.vkey for each in made))
    found, detail = outcome(data, trust)
    assert found == Outcome.PASSED
    assert detail.endswith("Witnesses that cosigned it: 2 of 3 (one.example, two.example).")
    strict = Trust((replace(log, witnesses=Witnesses(3, log.witnesses.keys)),))
    assert outcome(data, strict)[0] == Outcome.FAILED


def test_a_checkpoint_with_the_signatures_of_two_keys_is_cosigned(
    start: Start, grow: Callable[..., list[int]], settings: Settings
) -> None:
    (one,) = start("one")
    grow()
    settings.LOG_SIGNING_KEY += " " + "22" * 32
    grow()
    assert witnesses.cosign() == 1
    note = witnesses.note_of(newest())
    assert notes.signed_by(note, keys.at_hand()) == set(keys.at_hand())
    assert cosignatures(note, [one.vkey])


def test_the_command_asks_and_shows_how_each_witness_stands(
    start: Start, grow: Callable[..., list[int]], settings: Settings
) -> None:
    def said() -> str:
        out = StringIO()
        call_command("cosign", stdout=out)
        return out.getvalue()

    assert "LOG_WITNESSES names them" in said()
    start("one", liar=an_error)
    assert "one.example was not asked yet" in said()
    grow(2)
    for _ in range(2):
        assert "one.example has cosigned 2 records.\n" in said()
        assert "liar.example has cosigned 0 records. It answered HTTP 503." in said()


def test_the_admin_shows_how_witnesses_stand(
    client: Client, start: Start, grow: Callable[..., list[int]], settings: Settings
) -> None:
    # Nothing was collected into static/, and the pages' looks are not the subject here.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    client.force_login(User.objects.create_superuser("op@keiko.example", "x"))
    start("one", liar=an_error)
    grow()
    witnesses.cosign()
    page = client.get("/admin/anchoring/witnessstate/").content.decode()
    assert "one.example" in page
    assert "It answered HTTP 503." in page
    assert "one.example" in client.get("/admin/anchoring/checkpoint/1/change/").content.decode()
    assert client.get("/admin/anchoring/witnessstate/add/").status_code == 403


VKEY = witness_vkey("one.example")


@pytest.mark.parametrize(
    ("items", "required", "words"),
    [
        ([VKEY], 0, "write an http"),
        (["ftp://one.example " + VKEY], 0, "write an http"),
        (["https:// " + VKEY], 0, "write an http"),
        (["https://one.example?x " + VKEY], 0, "write an http"),
        (["https://one.example"], 0, "A verifier key is written"),
        (["https://one.example " + VKEY[:-2]], 0, "verifier key"),
        (["https://one.example " + VKEY, "https://two.example " + VKEY], 0, "occurs twice"),
        (["https://one.example " + VKEY], 2, "LOG_WITNESSES names 1"),
        (
            ["https://one.example log+" + base64.b64encode(b"\1" * 33).decode().replace("=", "")],
            0,
            "verifier key",
        ),
    ],
)
def test_a_setting_that_names_no_witness_stops_the_start(
    items: list[str], required: int, words: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=words):
        witness_list(items, required)


def test_a_setting_is_read() -> None:
    (found,) = witness_list([f"https://one.example/w/  {VKEY}"], 1)
    assert (found.url, found.name, found.vkey) == ("https://one.example/w", "one.example", VKEY)


def test_sequencing_asks_no_witness(start: Start, store_statements: StoreStatements) -> None:
    (one,) = start("one")
    store_statements(3)
    sequencer.sequence()
    checkpoints.publish()
    assert one.asked == []
