"""Shares: what a learner chose is shown, what they withheld is nowhere, and closing is at once."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.utils import timezone

from anchoring.core.bundle import parse
from anchoring.core.readers import ShareStatus, parse_status
from anchoring.core.trust import parse_trust
from anchoring.core.verification import Check, Outcome, verify
from anchoring.seeds import SeedNotReadable
from anchoring.tilestore import TilesMissing
from anchoring.trust import trust_policy
from chain.models import Chain
from passport.models import Share, ShareStatement, ShareView
from passport.shares.disclosure import GROUPS, CannotWithhold, disclosed
from passport.shares.selectors import bundle_of, status_url
from passport.shares.services import NothingToShare, share_course, withdraw
from passport.views import proof
from tests.passport import school
from tests.passport.conftest import Person, School

Sign = Callable[[], None]


def share_of(person: Person, the_school: School, **chosen: Any) -> Share:
    return share_course(
        learner=person.learner,
        activity_id=the_school.course_id(),
        **{"expires": None, "withheld": (), **chosen},
    )


def path_of(share: Share) -> str:
    return f"/p/{share.token}/"


def test_a_learner_shares_a_course_by_the_form(ana: Person, the_school: School) -> None:
    course = the_school.course_id()
    answer = ana.client.post(
        f"/courses/{course}/share/", {"withhold": ["result", "time"], "lifetime": "month"}
    )
    share = Share.objects.get()
    assert answer.headers["Location"] == f"/shares/{share.pk}/"
    assert share.withheld == ["id", "result", "stored", "timestamp"]
    assert share.institution == "Instituto Rosalía de Castro"
    assert share.expires is not None
    assert timedelta(days=29) < share.expires - timezone.now() < timedelta(days=31)
    page = ana.client.get(f"/shares/{share.pk}/").content.decode()
    assert share.url in page
    assert "data:image/svg+xml" in page


def test_the_form_says_what_to_mend(ana: Person, the_school: School) -> None:
    answer = ana.client.post(
        f"/courses/{the_school.course_id()}/share/",
        {"withhold": ["everything"], "lifetime": ""},
        headers={"Accept-Language": "en"},
    )
    assert answer.status_code == 400
    assert "Choose how long the link works." in answer.content.decode()
    assert not Share.objects.exists()


def test_a_share_covers_what_was_there_when_it_was_made(ana: Person, the_school: School) -> None:
    share = share_of(ana, the_school)
    late = school.statement(
        700, school.verb("answered", "respondió", "answered"), school.question(77)
    )
    the_school.post([late])
    assert ShareStatement.objects.filter(share=share).count() == 8
    assert "77" not in re.sub(
        r"\s", "", "".join(re.findall(r"item-title.*?</p>", page_of(ana, share)))
    )


def page_of(person: Person, share: Share, language: str = "en") -> str:
    from django.test import Client

    answer = Client().get(path_of(share), headers={"Accept-Language": language})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("group", list(GROUPS))
def test_what_is_withheld_is_neither_on_the_page_nor_in_the_file(
    ana: Person, the_school: School, log_and_sign: Sign, client: Any, group: str
) -> None:
    traces = {
        "person": ["Ana", "García", "ana@school.example"],
        "result": ["9/10", "87 %", "87\xa0%", '"scaled"', '"success"'],
        "context": ["Iturbe", "Linear equations", "Ecuaciones", "platform"],
        "time": ["2026-03-0", "March 2026", school.algebra_term()[2]["id"]],
        "source": ["accountServiceHomePage", '"account"'],
        "attachments": [],
    }[group]
    log_and_sign()
    share = share_of(ana, the_school, withheld=GROUPS[group])
    page = page_of(ana, share)
    file = client.get(f"{path_of(share)}bundle").content.decode()
    for trace in traces:
        assert trace not in page, trace
        assert trace not in file, trace
    for record in json.loads(file)["records"]:
        for slot in GROUPS[group]:
            assert set(record["slots"][slot]) == {"commitment"}


def test_nothing_but_the_shared_course_is_on_the_page(
    ana: Person, ben: Person, the_school: School
) -> None:
    the_school.post(
        [
            school.statement(
                800,
                school.verb("viewed", "vio", "viewed"),
                school.MUSIC,
                course=school.MUSIC,
                klass=None,
            )
        ]
    )
    page = page_of(ana, share_of(ana, the_school))
    assert "History of music" not in page
    assert "Okafor" not in page


def test_a_withdrawn_share_is_closed_at_once_everywhere(
    ana: Person, the_school: School, log_and_sign: Sign, client: Any
) -> None:
    log_and_sign()
    share = share_of(ana, the_school)
    assert client.get(f"{path_of(share)}bundle").status_code == 200
    answer = ana.client.post(f"/shares/{share.pk}/withdraw/")
    assert answer.headers["Location"] == "/shares/"
    page = client.get(path_of(share), headers={"Accept-Language": "en"})
    assert page.status_code == 410
    assert "The learner closed this page" in page.content.decode()
    assert "Algebra" not in page.content.decode()
    assert "Ana" not in page.content.decode()
    assert client.get(f"{path_of(share)}bundle").status_code == 410
    assert client.get(f"{path_of(share)}status").json() == {
        "share": "withdrawn",
        "records": {"covered": [], "voided": [], "erased": []},
    }


def test_an_expired_share_says_that_only_the_link_ended(
    ana: Person, the_school: School, client: Any
) -> None:
    share = share_of(ana, the_school, expires=timezone.now() - timedelta(seconds=1))
    page = client.get(path_of(share), headers={"Accept-Language": "en"})
    assert page.status_code == 410
    assert "Only the link ended" in page.content.decode()
    assert "Algebra" not in page.content.decode()
    assert client.get(f"{path_of(share)}bundle").status_code == 410
    assert client.get(f"{path_of(share)}status").json()["share"] == "expired"


def test_an_unknown_link_has_a_sentence_of_its_own(client: Any, db: None) -> None:
    for token in ("x", "A" * 24, "ñ", "a" * 5000):
        page = client.get(f"/p/{token}/", headers={"Accept-Language": "en"})
        assert page.status_code == 404
        assert "No passport page has this link" in page.content.decode()
        assert client.get(f"/p/{token}/bundle").status_code == 404
        assert client.get(f"/p/{token}/status").status_code == 404


def test_the_status_names_the_records_that_the_share_covers(
    ana: Person, ben: Person, the_school: School, log_and_sign: Sign, client: Any
) -> None:
    log_and_sign()
    share = share_of(ana, the_school)
    bundle = json.loads(client.get(f"{path_of(share)}bundle").content)
    covered = [record["index"] for record in bundle["records"]]
    assert len(covered) == 8
    status = client.get(f"{path_of(share)}status").json()
    assert status["records"]["covered"] == covered
    other = client.get(f"{path_of(share_of(ben, the_school))}status").json()
    assert other["share"] == "active"
    assert not set(other["records"]["covered"]) & set(covered)


class StatusOf:
    """A `LogReader` that asks this server's own pages for a status, and knows no anchor."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def latest_anchor(self, log_url: str, size: int) -> None:
        return None

    def status(self, status_url: str) -> ShareStatus:
        return parse_status(self.client.get(urlsplit(status_url).path).content)


def test_the_file_of_a_withdrawn_share_does_not_pass_with_the_address_of_another(
    ana: Person, ben: Person, the_school: School, log_and_sign: Sign, client: Any
) -> None:
    log_and_sign()
    share, other = share_of(ana, the_school), share_of(ben, the_school)
    bundle = parse(bundle_of(share=share))
    trust = parse_trust(trust_policy())

    def status_with(address: str | None) -> Check:
        file = replace(bundle, share=replace(bundle.share, status_url=address))
        now = timezone.now()
        report = verify(file, trust=trust, chain=None, log=StatusOf(client), now=now)
        return next(check for check in report.checks if check.id == "status")

    assert status_with(status_url(share)).outcome is Outcome.PASSED
    withdraw(share=share)
    assert "withdrawn" in status_with(status_url(share)).detail
    found = status_with(status_url(other))
    assert found.outcome is Outcome.FAILED
    assert "belongs to another share than this file" in found.detail


def test_a_record_that_is_not_in_the_log_yet_is_not_covered(
    ana: Person, the_school: School, client: Any
) -> None:
    share = share_of(ana, the_school)
    assert client.get(f"{path_of(share)}status").json() == {
        "share": "active",
        "records": {"covered": [], "voided": [], "erased": []},
    }


def test_the_status_names_the_records_that_were_voided_since(
    ana: Person, the_school: School, log_and_sign: Sign, client: Any
) -> None:
    log_and_sign()
    share = share_of(ana, the_school)
    assert client.get(f"{path_of(share)}status").json()["records"]["voided"] == []
    target = school.algebra_term()[3]["id"]
    the_school.post(
        [
            {
                "actor": {"mbox": "mailto:head@school.example"},
                "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
                "object": {"objectType": "StatementRef", "id": target},
            }
        ]
    )
    status = client.get(f"{path_of(share)}status")
    assert status.json()["share"] == "active"
    records = status.json()["records"]
    assert (records["voided"], records["erased"]) == ([3], [])
    assert 3 in records["covered"]
    assert status.headers["Access-Control-Allow-Origin"] == "*"


def test_a_share_whose_records_are_not_in_the_log_yet_says_when(
    ana: Person, the_school: School, client: Any
) -> None:
    share = share_of(ana, the_school)
    answer = client.get(f"{path_of(share)}bundle", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "being sealed" in answer.json()["detail"]
    assert "being sealed" in page_of(ana, share)


def test_the_proof_page_leaves_no_trace_of_its_visitor(
    ana: Person, the_school: School, client: Any
) -> None:
    share = share_of(ana, the_school)
    for address in (path_of(share), f"{path_of(share)}?lang=es", f"{path_of(share)}status"):
        answer = client.get(address)
        assert not answer.cookies
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    page = client.get(path_of(share)).content.decode()
    assert '<meta name="robots" content="noindex, nofollow">' in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


def test_the_proof_page_tells_times_in_utc_wherever_the_server_is(
    ana: Person, the_school: School, settings: Any
) -> None:
    share = share_of(ana, the_school)
    settings.TIME_ZONE = "Europe/Madrid"
    assert "2 March 2026, 09:00 UTC" in page_of(ana, share)


@pytest.mark.parametrize("development", [True, False])
def test_the_proof_page_says_so_where_the_chain_is_for_development(
    ana: Person, the_school: School, development: bool
) -> None:
    Chain.objects.create(genesis=bytes(32), name="Keiko", node="node", development=development)
    share = share_of(ana, the_school)
    said = "This is a development chain: it proves nothing to a stranger."
    assert (said in page_of(ana, share)) is development
    said = "Es una cadena de desarrollo: ante un extraño no prueba nada."
    assert (said in page_of(ana, share, "es")) is development


def test_the_proof_page_says_that_the_file_is_what_is_checked(
    ana: Person, the_school: School
) -> None:
    page = page_of(ana, share_of(ana, the_school))
    assert "Every word in the file is compared with what was recorded." in page
    assert "as this website shows them; the file is what is checked" in page


@pytest.mark.parametrize("problem", [SeedNotReadable, TilesMissing])
def test_a_file_that_only_the_operator_can_mend_is_said_to_be_so(
    ana: Person,
    the_school: School,
    client: Any,
    monkeypatch: pytest.MonkeyPatch,
    problem: type[Exception],
) -> None:
    def broken(**_: Any) -> bytes:
        raise problem("leaf 3")

    monkeypatch.setattr(proof, "bundle_of", broken)
    share = share_of(ana, the_school)
    answer = client.get(f"{path_of(share)}bundle", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert "whoever runs this website must look at its log" in answer.json()["detail"]
    assert "leaf 3" not in answer.content.decode()


def test_opening_is_counted_by_its_time_alone(ana: Person, the_school: School, client: Any) -> None:
    share = share_of(ana, the_school)
    client.head(path_of(share))
    assert ShareView.objects.count() == 0
    client.get(path_of(share))
    assert ShareView.objects.count() == 1
    assert {field.name for field in ShareView._meta.get_fields()} == {"id", "share", "at"}
    assert (
        "opened once"
        in ana.client.get("/shares/", headers={"Accept-Language": "en"}).content.decode()
    )


def test_nobody_else_sees_or_withdraws_a_share(
    ana: Person, ben: Person, the_school: School
) -> None:
    share = share_of(ana, the_school)
    assert ben.client.get(f"/shares/{share.pk}/").status_code == 404
    assert ben.client.post(f"/shares/{share.pk}/withdraw/").status_code == 404
    assert str(share.pk) not in ben.client.get("/shares/").content.decode()
    share.refresh_from_db()
    assert share.withdrawn_at is None


def test_a_dump_of_the_database_holds_no_link(ana: Person, the_school: School) -> None:
    token = share_of(ana, the_school).token
    assert token is not None
    assert len(token) == 24
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT passport_share::text, encode(token_hash, 'base64') FROM passport_share"
        )
        assert token not in str(cursor.fetchall())


def test_links_outlive_a_change_of_the_secret_key(
    ana: Person, the_school: School, client: Any, settings: Any
) -> None:
    share = share_of(ana, the_school)
    path, old = path_of(share), settings.SECRET_KEY
    settings.SECRET_KEY = "another key, forty-odd characters long, new"
    assert client.get(path).status_code == 200
    assert share.url is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert share.url is not None


def test_a_share_without_records_or_with_an_impossible_slot_is_refused(
    ana: Person, the_school: School
) -> None:
    nobody = Person(learner=ana.learner, client=ana.client, email="", password="")
    with pytest.raises(CannotWithhold, match="verb"):
        share_of(nobody, the_school, withheld=["verb"])
    ana.learner.identities.all().delete()
    with pytest.raises(NothingToShare):
        share_of(nobody, the_school)
    assert not Share.objects.exists()


def test_withdrawing_twice_keeps_the_first_time(ana: Person, the_school: School) -> None:
    share = share_of(ana, the_school)
    withdraw(share=share)
    first = share.withdrawn_at
    withdraw(share=share)
    assert share.withdrawn_at == first


def test_only_slots_of_a_statement_are_ever_disclosed() -> None:
    document = {"id": "1", "verb": {}, "result": {}, "unheard-of": 1}
    assert disclosed(document, ["result"]) == {"id": "1", "verb": {}}
