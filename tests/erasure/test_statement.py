"""One statement is erased: nothing leads to it any more, and all that is left is proven as before."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from anchoring import kinds, leaves, ledger
from anchoring.checkpoints import newest, verifier_key
from anchoring.core.bundle import parse
from anchoring.core.kinds import Marker
from anchoring.core.multiproof import root_from_multiproof
from anchoring.core.notes import open_checkpoint
from anchoring.core.tree import leaf_hash, verify_inclusion
from anchoring.models import Erasure, Kind
from anchoring.proofs import prove_inclusion
from lrs.models import Activity, Agent, Statement, StatementId, Verb
from passport.erasure import targets
from passport.models import ErasureRequest, Share
from passport.shares.selectors import bundle_of, seqs_of
from passport.shares.services import share_course
from tests.passport import school
from tests.passport.conftest import Person, School

pytestmark = pytest.mark.django_db

Erase = Callable[[ErasureRequest], None]
LogAndSign = Callable[[], None]


def shared(person: Person, the_school: School) -> Share:
    return share_course(
        learner=person.learner,
        activity_id=the_school.course_id(),
        expires=timezone.now() + timedelta(days=1),
    )


def first_of(share: Share) -> Statement:
    return Statement.objects.get(seq=seqs_of(share=share)[0])


def request_for(*rows: Statement) -> ErasureRequest:
    return targets.for_statements(seqs=[(row.store_id, row.seq) for row in rows])


def status_of(share_token: str | None) -> dict[str, Any]:
    answer = Client().get(f"/p/{share_token}/status")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_the_statement_its_id_its_seed_and_its_place_are_gone(
    ana: Person, the_school: School, log_and_sign: LogAndSign, erase: Erase
) -> None:
    log_and_sign()
    row = first_of(shared(ana, the_school))
    index = leaves.index_of(kind=Kind.STATEMENT, records=[row.seq])[row.seq]
    erase(request_for(row))
    assert not Statement.objects.filter(seq=row.seq).exists()
    assert not StatementId.objects.filter(id=row.id).exists()
    assert leaves.index_of(kind=Kind.STATEMENT, records=[row.seq]) == {}
    assert leaves.between(begin=index, end=index + 1) == []
    assert not ErasureRequest.objects.exists()
    entry = Erasure.objects.get(subject="statement", number=row.seq)
    assert (entry.index, entry.reason) == (index, 2)
    assert entry.erased is not None


def test_the_marker_enters_the_log_and_proves(
    ana: Person, the_school: School, log_and_sign: LogAndSign, erase: Erase
) -> None:
    log_and_sign()
    before = newest()
    assert before is not None
    row = first_of(shared(ana, the_school))
    erase(request_for(row))
    log_and_sign()
    checkpoint = newest()
    assert checkpoint is not None
    assert checkpoint.size == before.size + 1
    entry = Erasure.objects.get()
    assert entry.marker == before.size
    signed = open_checkpoint(checkpoint.note, verifier_key())
    path = prove_inclusion(index=entry.marker, size=checkpoint.size)
    marker = Marker(entry.index or 0, 2).entry()
    verify_inclusion(
        leaf=leaf_hash(marker), index=entry.marker, size=signed.size, proof=path, root=signed.root
    )
    assert kinds.sources()[Kind.ERASURE].between(begin=0, end=checkpoint.size) == {
        entry.marker: marker
    }


def test_the_other_records_of_the_share_are_proven_as_before(
    ana: Person, the_school: School, log_and_sign: LogAndSign, erase: Erase
) -> None:
    log_and_sign()
    share = shared(ana, the_school)
    before = parse(bundle_of(share=share))
    row = first_of(share)
    erase(request_for(row))
    log_and_sign()
    after = parse(bundle_of(share=share))
    assert len(after.records) == len(before.records) - 1
    signed = open_checkpoint(after.checkpoint, verifier_key())
    hashes = {record.index: leaf_hash(record.entry()) for record in after.records}
    assert root_from_multiproof(hashes, signed.size, after.proof) == signed.root


def test_whoever_holds_an_old_share_hears_that_a_record_was_erased(
    ana: Person, the_school: School, log_and_sign: LogAndSign, erase: Erase
) -> None:
    log_and_sign()
    share = shared(ana, the_school)
    row = first_of(share)
    index = leaves.index_of(kind=Kind.STATEMENT, records=[row.seq])[row.seq]
    before = status_of(share.token)
    erase(request_for(row))
    after = status_of(share.token)
    assert after == {
        "share": "active",
        "records": {**before["records"], "erased": [index]},
    }


def test_a_share_of_erased_records_alone_is_gone_but_its_status_says_why(
    ana: Person, the_school: School, log_and_sign: LogAndSign, erase: Erase
) -> None:
    log_and_sign()
    share = shared(ana, the_school)
    token, covered = share.token, status_of(share.token)["records"]["covered"]
    erase(request_for(*Statement.objects.filter(seq__in=seqs_of(share=share))))
    assert not Share.objects.exists()
    assert status_of(token)["records"] == {"covered": covered, "voided": [], "erased": covered}
    assert Client().get(f"/p/{token}/").status_code == 404


def test_a_statement_that_is_not_in_the_log_yet_never_enters_it(
    ana: Person, the_school: School, log_and_sign: LogAndSign, erase: Erase
) -> None:
    row = first_of(shared(ana, the_school))
    erase(request_for(row))
    log_and_sign()
    assert ledger.erased_indexes(seqs=[row.seq]) == {}
    checkpoint = newest()
    assert checkpoint is not None
    assert checkpoint.size == Statement.objects.count() == 7


def test_agents_activities_and_verbs_that_only_it_named_go_with_it(
    ana: Person, the_school: School, erase: Erase
) -> None:
    odd = school.statement(
        99,
        school.verb("wandered", "vagó", "wandered"),
        school.activity(f"{school.SCHOOL}/ana-diary", "https://x.example/diary", "Diario", "Diary"),
    )
    odd["context"]["team"] = {
        "objectType": "Group",
        "name": "Los lunes",
        "mbox": "mailto:lunes@x.example",
    }
    the_school.post([odd])
    row = Statement.objects.get(id=UUID(odd["id"]))
    erase(request_for(row))
    assert not Activity.objects.filter(iri__contains="ana-diary").exists()
    assert not Agent.objects.filter(identifier__contains="lunes@").exists()
    assert not Verb.objects.filter(iri__contains="wandered").exists()
    assert Agent.objects.filter(identifier__contains="ana@school.example").exists()
    # What this process remembered of the rows is void: the statement can come again, with rows of its own.
    the_school.post([odd])
    assert Activity.objects.filter(iri__contains="ana-diary").exists()


def test_what_only_it_said_of_an_activity_and_an_agent_is_forgotten(
    ana: Person, the_school: School, erase: Erase
) -> None:
    said = {
        **school.ALGEBRA,
        "definition": {**school.ALGEBRA["definition"], "name": {"en": "Algebra I", "gl": "De Ana"}},
    }
    odd = school.statement(98, school.verb("saw", "vio", "saw"), said, course=said, klass=None)
    odd["actor"]["name"] = "Anita"
    the_school.post([odd])
    course = Activity.objects.get(iri=school.COURSE)
    assert "De Ana" in course.definition
    erase(request_for(Statement.objects.get(id=UUID(odd["id"]))))
    course.refresh_from_db()
    assert json.loads(course.definition)["name"] == {"es": "Álgebra I", "en": "Algebra I"}
    names = set(
        Agent.objects.get(identifier="mbox:mailto:ana@school.example").names.values_list(
            "name", flat=True
        )
    )
    assert names == {"Ana García López"}


def test_a_statement_that_refers_to_an_erased_one_stays_and_is_found_by_what_it_says(
    ana: Person, the_school: School, erase: Erase
) -> None:
    target = Statement.objects.order_by("seq")[2]
    comment = {
        "id": "11111111-2222-4333-8444-555555555555",
        "actor": {"mbox": "mailto:iturbe@school.example", "objectType": "Agent"},
        "verb": school.verb("commented", "comentó", "commented"),
        "object": {"objectType": "StatementRef", "id": str(target.id)},
    }
    the_school.post([comment])
    headers = {"Authorization": the_school.authorization, "X-Experience-API-Version": "1.0.3"}
    erase(request_for(target))
    whole = Client().get(f"/xapi/statements?statementId={comment['id']}", headers=headers)
    assert whole.json()["object"] == comment["object"]
    agent = json.dumps({"mbox": "mailto:iturbe@school.example"})
    found = Client().get("/xapi/statements", {"agent": agent}, headers=headers).json()
    assert [each["id"] for each in found["statements"]] == [comment["id"]]
    verb = f"{school.ADL}/verbs/answered"
    by_target = Client().get("/xapi/statements", {"verb": verb}, headers=headers).json()
    assert comment["id"] not in [each["id"] for each in by_target["statements"]]
    assert (
        Client().get(f"/xapi/statements?statementId={target.id}", headers=headers).status_code
        == 404
    )


def test_a_dry_run_says_what_would_go_and_takes_nothing(
    ana: Person, the_school: School, log_and_sign: LogAndSign, capsys: pytest.CaptureFixture[str]
) -> None:
    log_and_sign()
    row = Statement.objects.order_by("seq")[0]
    call_command("erase", statement=[row.id], dry_run=True)
    said = capsys.readouterr().out
    assert f"statement {row.id} of instituto, record {row.seq}, leaf 0" in said
    assert "In all: 1 statements, 0 attachments, 0 documents, 0 shares." in said
    assert Statement.objects.filter(seq=row.seq).exists()
    assert not Erasure.objects.exists()
    assert not ErasureRequest.objects.exists()


def test_the_command_erases_and_writes_the_ledger(ana: Person, own_ledger: Path) -> None:
    row = Statement.objects.order_by("seq")[0]
    call_command("erase", statement=[row.id], yes=True, verbosity=0)
    assert not Statement.objects.filter(seq=row.seq).exists()
    line = json.loads(own_ledger.read_text(encoding="utf-8"))
    assert (line["subject"], line["number"], line["index"], line["reason"]) == (
        "statement",
        row.seq,
        None,
        2,
    )
