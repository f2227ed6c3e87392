"""A change of the log's keys, whole: made, signing beside the old one, the old one retired."""

import secrets
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from anchoring import bundles, checkpoints, keyfiles, keys, sequencer
from anchoring.core import bundle, notes
from anchoring.core.report import Outcome, Report
from anchoring.core.trust import Trust, TrustedLog, parse_trust, serialise_trust
from anchoring.core.verification import verify
from anchoring.models import LogKey
from anchoring.trust import trust_policy
from tests.anchoring.conftest import StoreStatements
from tests.anchoring.test_bundles import SHARE

pytestmark = pytest.mark.django_db

MONTH = timedelta(days=31)


@pytest.fixture
def key_file(tmp_path: Path, settings: Settings) -> Path:
    """LOG_SIGNING_KEY comes from this file."""
    path = tmp_path / "log_signing_key"
    path.write_text(secrets.token_hex(32) + "\n")
    settings.LOG_SIGNING_KEY_PATH = path
    restart(settings)
    return path


def restart(settings: Settings) -> None:
    """What a process reads when it starts."""
    settings.LOG_SIGNING_KEY = settings.LOG_SIGNING_KEY_PATH.read_text().strip()


@pytest.fixture
def grow(store_statements: StoreStatements) -> "Grow":
    return Grow(store_statements)


class Grow:
    """Logs one statement more, and signs; the statement's seq."""

    def __init__(self, store: StoreStatements) -> None:
        self._store = store

    def __call__(self) -> int:
        (seq,) = self._store(1)
        sequencer.sequence()
        checkpoints.publish()
        return seq


def log_keys(*arguments: str) -> str:
    out = StringIO()
    call_command("log_keys", *arguments, stdout=out)
    return out.getvalue()


def waited(days: timedelta = MONTH) -> None:
    """So long ago that all keys were admitted."""
    for row in LogKey.objects.all():
        LogKey.objects.filter(pk=row.pk).update(admitted=row.admitted - days)


def number_of(vkey: str) -> str:
    return notes.key_number(vkey)


def newest_note() -> str:
    newest = checkpoints.newest()
    assert newest is not None
    return newest.note


def checked(seq: int, trust: bytes | Trust) -> Report:
    """What a verifier finds offline in a bundle of this statement that is made now."""
    return verified(bundles.build(records=[bundles.RecordSelection(seq)], share=SHARE), trust)


def verified(data: bytes, trust: bytes | Trust) -> Report:
    known = parse_trust(trust) if isinstance(trust, bytes) else trust
    return verify(bundle.parse(data), trust=known, chain=None, log=None, now=timezone.now())


def only(vkey: str) -> Trust:
    """A verifier that knows one key."""
    return Trust((TrustedLog("keiko.localhost", "Escuela", vkey, "https://keiko.example/log", ()),))


def test_a_whole_change_of_keys_leaves_every_verifier_able_to_check(
    key_file: Path, settings: Settings, grow: Grow
) -> None:
    first = grow()
    old, old_trust = checkpoints.verifier_key(), trust_policy()
    old_bundle = bundles.build(records=[bundles.RecordSelection(first)], share=SHARE)

    log_keys("new")
    restart(settings)
    during = grow()
    new, both_trust = checkpoints.verifier_key(), trust_policy()
    assert new != old
    assert notes.signed_by(newest_note(), [old, new]) == {old, new}
    for trust in (old_trust, both_trust, only(old), only(new)):
        assert checked(during, trust)["checkpoint"].outcome == Outcome.PASSED
    overlap_bundle = bundles.build(records=[bundles.RecordSelection(during)], share=SHARE)

    waited()
    said = log_keys("retire", number_of(old))
    assert "signs no more; what it signed up to 2 records counts on" in said
    restart(settings)
    after = grow()
    assert notes.signed_by(newest_note(), [old, new]) == {new}

    # Who has the newest trust file checks all three; who knows one key only what that key signed.
    newest_trust = trust_policy()
    for data in (old_bundle, overlap_bundle):
        assert verified(data, newest_trust)["checkpoint"].outcome == Outcome.PASSED
        assert verified(data, only(old))["checkpoint"].outcome == Outcome.PASSED
    assert checked(after, newest_trust)["checkpoint"].outcome == Outcome.PASSED
    assert checked(after, only(new))["checkpoint"].outcome == Outcome.PASSED
    assert verified(old_bundle, only(new))["checkpoint"].outcome == Outcome.FAILED
    refused = checked(after, old_trust)["checkpoint"]
    assert refused.outcome == Outcome.FAILED
    assert "newer trust file" in refused.advice


def test_what_a_retired_key_signs_later_does_not_count(
    key_file: Path, settings: Settings, grow: Grow
) -> None:
    grow()
    stolen = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(settings.LOG_SIGNING_KEY))
    log_keys("new")
    restart(settings)
    grow()
    log_keys("retire", number_of(next(iter(keys.at_hand()))), "--at-once")
    (log,) = parse_trust(trust_policy()).logs
    assert [known.last_size for known in log.other_keys] == [2]

    note = notes.sign(notes.Checkpoint(log.origin, 3, b"\7" * 32), stolen)

    with pytest.raises(
        notes.NoteError, match=r"only with a key of keiko\.localhost that was retired"
    ):
        log.open(note)


def test_an_idle_log_changes_keys_too(key_file: Path, settings: Settings, grow: Grow) -> None:
    grow()
    log_keys("new")
    restart(settings)

    assert checkpoints.publish() is not None
    assert checkpoints.publish() is None

    assert notes.signed_by(newest_note(), keys.at_hand()) == set(keys.at_hand())


def test_the_command_says_at_every_step_what_is_next(
    key_file: Path, settings: Settings, grow: Grow
) -> None:
    assert "has not signed yet" in log_keys()
    grow()
    assert "nothing. `manage.py log_keys new` begins a change" in log_keys()
    old = checkpoints.verifier_key()
    said = log_keys("new")
    assert f"in {key_file}" in said
    assert "Back up" in said
    restart(settings)
    assert "restart every worker" in log_keys()
    checkpoints.publish()
    assert f"`manage.py log_keys retire {number_of(old)}`" in log_keys()
    waited()
    assert "Restart every worker" in log_keys("retire", number_of(old))
    restart(settings)
    assert f"{number_of(old)}  retired at 1 records, not in LOG_SIGNING_KEY here" in log_keys()
    assert "nothing." in log_keys()


def test_key_files_are_for_their_owner_alone_and_nothing_is_lost(
    key_file: Path, settings: Settings, grow: Grow
) -> None:
    grow()
    (first,) = key_file.read_text().split()
    log_keys("new")
    restart(settings)
    grow()
    assert key_file.read_text().split()[0] == first
    log_keys("retire", number_of(keyfiles.vkey_of(first)), "--at-once")

    (aside,) = key_file.parent.glob("log_signing_key.retired-*")
    assert aside.read_text().split() == [first]
    assert first not in key_file.read_text()
    for path in (key_file, aside):
        assert path.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in key_file.parent.iterdir()} == {key_file.name, aside.name}


def test_private_keys_are_nowhere_in_the_database(
    key_file: Path, settings: Settings, grow: Grow
) -> None:
    grow()
    for row in LogKey.objects.all():
        assert settings.LOG_SIGNING_KEY not in str(vars(row))


def test_a_key_in_the_environment_goes_on_in_a_file(
    key_file: Path, tmp_path: Path, settings: Settings, grow: Grow
) -> None:
    grow()
    settings.LOG_SIGNING_KEY_PATH = None
    with pytest.raises(CommandError, match="set LOG_SIGNING_KEY_FILE to that file"):
        log_keys("new")
    said = log_keys("new", "--to", str(tmp_path / "both"))
    assert f"LOG_SIGNING_KEY_FILE={tmp_path / 'both'}" in said
    settings.LOG_SIGNING_KEY = (tmp_path / "both").read_text().strip()
    grow()
    assert len(notes.signed_by(newest_note(), keys.at_hand())) == 2
    said = log_keys("retire", number_of(next(iter(keys.at_hand()))), "--at-once")
    assert "Take it out of LOG_SIGNING_KEY now." in said


def test_a_first_key_is_made_for_a_log_that_has_not_begun(
    key_file: Path, tmp_path: Path, settings: Settings
) -> None:
    with pytest.raises(CommandError, match="has not begun"):
        log_keys("new")
    log_keys("new", "--to", str(tmp_path / "first"))
    assert len((tmp_path / "first").read_text().split()) == 1


def test_no_file_is_overwritten_and_none_made_that_would_lock_out(
    key_file: Path, settings: Settings, grow: Grow
) -> None:
    grow()
    with pytest.raises(CommandError, match="is there already"):
        log_keys("new", "--to", str(key_file))
    with pytest.raises(CommandError, match="cannot be written"):
        log_keys("new", "--to", str(key_file / "below"))
    right = settings.LOG_SIGNING_KEY
    settings.LOG_SIGNING_KEY = secrets.token_hex(32)
    with pytest.raises(CommandError, match="would lock you out"):
        log_keys("new")
    settings.LOG_SIGNING_KEY = right
    log_keys("new")
    restart(settings)
    with pytest.raises(CommandError, match="being changed already"):
        log_keys("new")
    assert len(key_file.read_text().split()) == 2


def test_the_only_key_is_never_retired(key_file: Path, settings: Settings, grow: Grow) -> None:
    grow()
    number = number_of(checkpoints.verifier_key())
    with pytest.raises(CommandError, match="only key that signs"):
        log_keys("retire", number, "--at-once")
    with pytest.raises(CommandError, match="has no key 00000000"):
        log_keys("retire", "00000000")


def test_no_key_is_retired_before_the_other_is_ready(
    key_file: Path, settings: Settings, grow: Grow
) -> None:
    grow()
    alone = settings.LOG_SIGNING_KEY
    old = number_of(checkpoints.verifier_key())
    log_keys("new")
    restart(settings)
    grow()
    both = settings.LOG_SIGNING_KEY

    settings.LOG_SIGNING_KEY = alone
    with pytest.raises(CommandError, match="not in LOG_SIGNING_KEY here"):
        log_keys("retire", old, "--at-once")
    grow()  # a worker that was not restarted signs with the old key alone
    settings.LOG_SIGNING_KEY = both
    with pytest.raises(CommandError, match="a worker was not restarted"):
        log_keys("retire", old, "--at-once")
    grow()
    with pytest.raises(CommandError, match="Verifiers need until"):
        log_keys("retire", old)
    log_keys("retire", old, "--at-once")
    with pytest.raises(CommandError, match="retired already"):
        log_keys("retire", old)


def test_a_worker_that_still_has_only_the_retired_key_signs_nothing(
    key_file: Path, settings: Settings, grow: Grow
) -> None:
    grow()
    alone = settings.LOG_SIGNING_KEY
    log_keys("new")
    restart(settings)
    grow()
    log_keys("retire", number_of(keyfiles.vkey_of(alone)), "--at-once")
    before = newest_note()
    settings.LOG_SIGNING_KEY = alone
    with pytest.raises(ImproperlyConfigured, match="only keys that were retired"):
        grow()
    assert newest_note() == before


def test_a_worker_that_was_not_restarted_stops_using_a_retired_key(
    key_file: Path, settings: Settings, grow: Grow
) -> None:
    grow()
    old = checkpoints.verifier_key()
    log_keys("new")
    restart(settings)
    grow()
    log_keys("retire", number_of(old), "--at-once")
    grow()  # both keys are still in this process's setting
    assert notes.signed_by(newest_note(), keys.at_hand()) == {checkpoints.verifier_key()}


def test_a_trust_file_of_changed_keys_reads_back(
    key_file: Path, settings: Settings, grow: Grow
) -> None:
    grow()
    log_keys("new")
    restart(settings)
    grow()
    found = parse_trust(trust_policy())
    assert serialise_trust(found) == trust_policy()
    assert len(found.logs[0].other_keys) == 1


def test_a_log_from_before_there_were_rows_goes_on(
    key_file: Path, settings: Settings, grow: Grow
) -> None:
    grow()
    LogKey.objects.all().delete()
    right = settings.LOG_SIGNING_KEY
    settings.LOG_SIGNING_KEY = secrets.token_hex(32)
    with pytest.raises(ImproperlyConfigured, match="this database was written with"):
        grow()
    settings.LOG_SIGNING_KEY = right
    grow()
    assert LogKey.objects.get().vkey == keyfiles.vkey_of(right)
