"""After an erasure a dump of the database holds nothing of the erased, and every other proof holds."""

import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from anchoring import leaves, tilestore
from anchoring.checkpoints import newest, verifier_key
from anchoring.core import tiles
from anchoring.core.bundle import parse
from anchoring.core.multiproof import root_from_multiproof
from anchoring.core.notes import open_checkpoint
from anchoring.core.tree import leaf_hash
from anchoring.models import Erasure, Kind
from anchoring.monitoring.records import check_leaves
from lrs.attachments.storage import attachment_storage
from lrs.models import Attachment, Statement
from passport.models import ErasureRequest
from passport.shares.selectors import bundle_of
from tests.erasure import dumps
from tests.erasure.person import MAILBOX, everywhere
from tests.erasure.test_statement import shared
from tests.passport.conftest import Person, School

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]


def proves(bundle: bytes) -> None:
    found = parse(bundle)
    signed = open_checkpoint(found.checkpoint, verifier_key())
    hashes = {record.index: leaf_hash(record.entry()) for record in found.records}
    assert root_from_multiproof(hashes, signed.size, found.proof) == signed.root


def leaf_hashes(size: int) -> list[bytes]:
    data = tilestore.tile(tiles.Tile(0, 0, size)) or b""
    return [data[start : start + 32] for start in range(0, len(data), 32)]


def erase_learner() -> None:
    call_command("erase", learner=MAILBOX, yes=True, verbosity=0)


def test_an_erased_learner_is_nowhere_in_a_dump(
    ben: Person, the_school: School, log_and_sign: Callable[[], None]
) -> None:
    somebody = everywhere(the_school)
    log_and_sign()
    # What is looked for is there before, so that the search is known to find it.
    assert dumps.found_in(dumps.dump(), somebody.known) == somebody.known
    (essay,) = Attachment.objects.all()
    token = somebody.share.token
    covered = Client().get(f"/p/{token}/status").json()["records"]["covered"]
    assert len(covered) == 9

    erase_learner()
    log_and_sign()

    assert dumps.found_in(dumps.dump(), somebody.words) == set()
    assert not attachment_storage().exists(essay.name)
    assert not ErasureRequest.objects.exists()
    assert Client().get(f"/p/{token}/status").json() == {
        "share": "active",
        "records": {"covered": covered, "voided": [], "erased": covered},
    }
    assert Statement.objects.count() == 8
    proves(bundle_of(share=shared(ben, the_school)))
    checkpoint = newest()
    assert checkpoint is not None
    assert checkpoint.size == 8 + 9 + 9  # a marker for each of the nine
    assert len(leaves.between(begin=0, end=checkpoint.size)) == 8
    assert list(check_leaves(0, leaf_hashes(checkpoint.size))) == []


@pytest.fixture
def restored() -> Iterator[str]:
    """The name of a database that a dump is restored into."""
    name = f"restored_{uuid.uuid4().hex[:12]}"
    yield name
    dumps.drop(name)


def test_what_a_restored_backup_brings_back_is_erased_again(
    ben: Person,
    the_school: School,
    log_and_sign: Callable[[], None],
    own_ledger: Path,
    restored: str,
) -> None:
    somebody = everywhere(the_school)
    log_and_sign()
    backup = dumps.dump()
    erase_learner()
    dumps.restore(backup, restored)
    assert dumps.found_in(dumps.dump(restored), somebody.words)

    subprocess.run(
        [sys.executable, "manage.py", "replay_erasures", str(own_ledger)],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": dumps.url(restored), "ERASURE_LEDGER": str(own_ledger)},
        check=True,
        capture_output=True,
    )
    assert dumps.found_in(dumps.dump(restored), somebody.words) == set()


def test_the_ledger_itself_names_nobody(
    the_school: School, log_and_sign: Callable[[], None], own_ledger: Path
) -> None:
    somebody = everywhere(the_school)
    log_and_sign()
    erase_learner()
    text = own_ledger.read_bytes()
    assert text
    assert [word for word in somebody.words if word in text] == []
    statements = Erasure.objects.filter(subject="statement")
    assert statements.count() == 9
    assert set(statements.values_list("reason", flat=True)) == {1}
    assert (
        leaves.index_of(
            kind=Kind.STATEMENT, records=list(statements.values_list("number", flat=True))
        )
        == {}
    )


def test_an_erased_store_is_nowhere_in_a_dump(
    the_school: School, log_and_sign: Callable[[], None]
) -> None:
    somebody = everywhere(the_school)
    log_and_sign()
    token = somebody.share.token
    call_command("erase", store="instituto", yes=True, verbosity=0)
    words = somebody.words - dumps.forms(MAILBOX) - {w for w in somebody.words if b"Zuri" in w}
    kept = {b"mbox:mailto:" + MAILBOX.encode()}  # the passport is the learner's, not the store's
    left = dumps.found_in(dumps.dump(), words - kept)
    assert {word for word in left if word != b"user-zq-4711"} <= dumps.forms("user-zq-4711")
    assert b"instituto" not in dumps.dump()
    assert Client().get(f"/p/{token}/status").json()["records"]["erased"]
