"""A learner is erased: every statement that names them, and what others have stays."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from anchoring.ledgerfile import LedgerUnreadable, read
from anchoring.models import Erasure
from lrs.attachments.storage import attachment_storage
from lrs.models import Agent, Attachment, Node, Statement, StatementId
from passport.erasure import replay, services, targets
from passport.models import ErasureRequest, Learner
from tests.erasure.person import ESSAY, MAILBOX, everywhere
from tests.lrs.multipart import BOUNDARY, attachment, json_part, message, part
from tests.passport import school
from tests.passport.conftest import Person, School

pytestmark = pytest.mark.django_db
LogAndSign = Callable[[], None]
Erase = Callable[[ErasureRequest], None]


def erase_learner(who: str = MAILBOX, **options: object) -> None:
    call_command("erase", learner=who, yes=True, **options)


def headers(the_school: School) -> dict[str, str]:
    return {"Authorization": the_school.authorization, "X-Experience-API-Version": "1.0.3"}


def test_a_statement_that_names_them_elsewhere_goes_as_a_whole(
    ben: Person, the_school: School, capsys: pytest.CaptureFixture[str]
) -> None:
    saw = school.verb("saw", "vio", "saw")
    of_ben = school.learner_actor("Ben Okafor", "ben@school.example")
    tutored = school.statement(70, saw, school.ALGEBRA, actor=of_ben)
    tutored["context"]["team"] = {"objectType": "Group", "member": [{"mbox": f"mailto:{MAILBOX}"}]}
    the_school.post([tutored])
    call_command("erase", learner=f"mailto:{MAILBOX}", dry_run=True)
    said = capsys.readouterr().out
    assert "In all: 1 statements" in said
    assert "named as Team in 1" in said
    erase_learner(f"mailto:{MAILBOX}")
    assert not StatementId.objects.filter(id=UUID(tutored["id"])).exists()
    assert Statement.objects.count() == 8
    assert not Agent.objects.filter(identifier__contains=MAILBOX).exists()


def test_a_content_that_another_statement_has_stays(ben: Person, the_school: School) -> None:
    everywhere(the_school)
    of_ben = school.learner_actor("Ben Okafor", "ben@school.example")
    same = school.statement(
        71, school.verb("wrote", "escribió", "wrote"), school.ALGEBRA, actor=of_ben
    )
    same["attachments"] = [attachment(ESSAY)]
    answer = Client().post(
        "/xapi/statements",
        message(json_part(same), part(ESSAY)),
        content_type=f'multipart/mixed; boundary="{BOUNDARY}"',
        headers=headers(the_school),
    )
    assert answer.status_code == 200, answer.content
    erase_learner()
    (essay,) = Attachment.objects.all()
    with attachment_storage().open(essay.name) as file:
        assert file.read() == ESSAY


def test_what_is_left_of_a_voided_statement_and_of_a_voiding_one(
    ana: Person, the_school: School, erase: Erase
) -> None:
    first, second = Statement.objects.order_by("seq")[:2]
    voiding = [
        school.statement(80 + number, school.verb("voided", "anuló", "voided"), {})
        | {"object": {"objectType": "StatementRef", "id": str(row.id)}}
        | {"actor": {"mbox": "mailto:admin@school.example"}, "context": {"language": "es"}}
        for number, row in enumerate((first, second))
    ]
    the_school.post(voiding)
    second_voiding = Statement.objects.get(id=UUID(voiding[1]["id"]))
    erase(
        targets.for_statements(
            seqs=[(first.store_id, first.seq), (first.store_id, second_voiding.seq)]
        )
    )
    of = headers(the_school)
    left = Client().get(f"/xapi/statements?statementId={voiding[0]['id']}", headers=of)
    assert left.json()["object"]["id"] == str(first.id)
    assert (
        Client().get(f"/xapi/statements?voidedStatementId={first.id}", headers=of).status_code
        == 404
    )
    still = Client().get(f"/xapi/statements?voidedStatementId={second.id}", headers=of)
    assert still.json()["id"] == str(second.id)


@pytest.mark.django_db(transaction=True)  # statements are followed when they are committed
def test_courses_that_only_they_had_go_and_the_others_keep_their_names(
    ben: Person, the_school: School
) -> None:
    own_course = school.activity(
        f"{school.SCHOOL}/courses/private", f"{school.ADL}/activities/course", "De Zuriñe", "Hers"
    )
    own_class = school.activity(
        f"{school.SCHOOL}/courses/private/1",
        f"{school.ADL}/activities/module",
        "Clase de Zuriñe",
        "Her class",
    )
    hers = school.learner_actor("Zuriñe", MAILBOX)
    the_school.post(
        [
            school.statement(
                90,
                school.verb("saw", "vio", "saw"),
                own_class,
                actor=hers,
                course=own_course,
                klass=own_class,
            )
        ]
    )
    everywhere(the_school)  # follows the statements too
    assert Node.objects.filter(activity__iri__contains="private").count() == 2
    erase_learner()
    assert not Node.objects.filter(activity__iri__contains="private").exists()
    assert Node.objects.get(activity__iri=school.COURSE).names == {
        "es": "Álgebra I",
        "en": "Algebra I",
    }


def test_an_account_that_may_open_the_administration_stays(
    the_school: School, capsys: pytest.CaptureFixture[str]
) -> None:
    somebody = everywhere(the_school)
    get_user_model().objects.filter(pk=somebody.learner.user_id).update(is_staff=True)
    erase_learner()
    assert "the account stays" in capsys.readouterr().out
    assert get_user_model().objects.filter(email=MAILBOX).exists()
    assert not Learner.objects.exists()
    assert not Statement.objects.exists()


def test_somebody_unknown_is_said_so(db: None) -> None:
    with pytest.raises(CommandError, match="Neither the passport nor a store"):
        erase_learner("nobody@x.example")
    with pytest.raises(CommandError, match="No statement has the id"):
        call_command("erase", statement=[UUID(int=7)], yes=True)


def test_nothing_happens_without_an_answer(ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda _: "y")
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("erase", learner="ana@school.example")
    assert Statement.objects.count() == 8


# --- The ledger -----------------------------------------------------------------------------------
def test_a_record_that_came_after_the_erasure_of_its_number_is_another(
    ana: Person, own_ledger: Path
) -> None:
    """After a restore numbers are given again."""
    before = Statement.objects.earliest("seq")
    line = {"subject": "statement", "number": before.seq, "index": None, "reason": 2}
    own_ledger.write_text(json.dumps(line | {"begun": "2026-01-01T00:00:00+00:00"}) + "\n")
    assert list(replay.requests(list(read(own_ledger)))) == []
    own_ledger.write_text(json.dumps(line | {"begun": "2100-01-01T00:00:00+00:00"}) + "\n")
    call_command("replay_erasures", str(own_ledger))
    assert not Statement.objects.filter(seq=before.seq).exists()
    assert Statement.objects.count() == 7


def test_a_replay_takes_over_the_rows_that_the_backup_lost(
    ana: Person, log_and_sign: LogAndSign, own_ledger: Path
) -> None:
    log_and_sign()
    rows = [
        {"subject": "statement", "number": 10**9, "index": 3, "reason": 2},
        {"subject": "statement", "number": 10**9 + 1, "index": 10**6, "reason": 2},
    ]
    begun = {"begun": "2026-01-01T00:00:00+00:00"}
    own_ledger.write_text("".join(json.dumps(row | begun) + "\n" for row in rows))
    for _ in range(2):  # a second time changes nothing
        call_command("replay_erasures", str(own_ledger))
        found = Erasure.objects.order_by("number").values_list("number", "index")
        # A leaf that the backup's log does not have is none of its leaves.
        assert list(found) == [(10**9, 3), (10**9 + 1, None)]


@pytest.mark.parametrize(
    "text",
    [
        '{"subject": "teapot", "number": 1, "index": null, "reason": 1, "begun": "2026-01-01T00:00:00Z"}\n',
        "{}\n",
    ],
)
def test_a_file_that_is_no_ledger_is_refused(text: str, own_ledger: Path) -> None:
    own_ledger.write_text(text)
    with pytest.raises(LedgerUnreadable, match="line 1"):
        list(read(own_ledger))


def test_a_line_that_was_cut_off_is_passed_over(own_ledger: Path) -> None:
    own_ledger.write_text('{"subject": "state')
    assert list(read(own_ledger)) == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_share_the_work(
    the_school: School, log_and_sign: LogAndSign, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody = everywhere(the_school)
    log_and_sign()
    monkeypatch.setattr(services, "BATCH", 2)
    targets.for_learner(learner=somebody.learner).save()
    finished: list[bool] = []

    def work() -> None:
        try:
            services.resume()
            finished.append(True)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert finished == [True, True]
    log_and_sign()
    rows = Erasure.objects.filter(subject="statement")
    assert rows.count() == rows.exclude(erased=None).exclude(marker=None).count() == 9
    assert not Statement.objects.exists()
