"""The timeline and the courses: the learner's own records, newest first, and nobody else's."""

import re
from typing import Any

import pytest

from tests.passport import school
from tests.passport.conftest import Person, School


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_timeline_shows_what_the_learner_did_newest_first(ana: Person) -> None:
    page = text_of(ana.client.get("/", headers={"Accept-Language": "en"}))
    done = re.findall(r'<span class="item-verb">(.*?)</span> (.*?)</p>', page)
    assert done[0] == ("Completed", "Algebra I")
    assert done[-1] == ("Registered for", "Algebra I")
    assert len(done) == 8
    assert "Linear equations" in page
    assert "9/10" in page


def test_the_timeline_speaks_the_readers_language(ana: Person) -> None:
    page = text_of(ana.client.get("/", headers={"Accept-Language": "es"}))
    assert "Completó</span> Álgebra I" in page
    assert "Pasaporte de aprendizaje" in page
    assert "Registrado; se anclará" in page


def test_a_record_that_waits_is_said_to_be_recorded_and_never_unverified(ana: Person) -> None:
    page = text_of(ana.client.get("/", headers={"Accept-Language": "en"}))
    assert re.search(r"Recorded; (will be anchored|anchoring will be tried again)", page)
    assert "unverified" not in page.lower()


def test_older_records_are_a_link_away_without_scripts(ana: Person, the_school: School) -> None:
    more = [
        school.statement(
            100 + n, school.verb("answered", "respondió", "answered"), school.question(n)
        )
        for n in range(60)
    ]
    the_school.post(more)
    seen: list[str] = []
    address: str | None = "/"
    pages = 0
    while address:
        page = text_of(ana.client.get(address))
        seen += re.findall(r'<span class="item-verb">.*?</span> (.*?)</p>', page)
        link = re.search(r'rel="next" href="(\?before=[^"]+)"', page)
        address = f"/{link[1]}" if link else None
        pages += 1
    assert (pages, len(seen)) == (2, 68)
    assert len([title for title in seen if title.startswith(("Question", "Pregunta"))]) == 63


def test_a_damaged_page_address_is_a_bad_request_with_a_sentence(ana: Person) -> None:
    for damaged in ("", "x", "2026-01-01~1", "2026-01-01T00:00:00+00:00~-1", "~", "9999~9"):
        answer = ana.client.get("/", {"before": damaged}, headers={"Accept-Language": "en"})
        assert answer.status_code == 400, damaged
        assert "This address is not complete" in text_of(answer)


def test_the_number_of_queries_does_not_grow_with_the_records(
    ana: Person,
    the_school: School,
    django_assert_max_num_queries: Any,
    django_assert_num_queries: Any,
) -> None:
    # Records that have no place yet, as here, cost a few more: they are read and placed.
    with django_assert_max_num_queries(32) as few:
        ana.client.get("/")
        before = len(few)
    the_school.post(
        [
            school.statement(
                200 + n, school.verb("answered", "respondió", "answered"), school.question(n)
            )
            for n in range(25)
        ]
    )
    with django_assert_num_queries(before):
        ana.client.get("/")


def test_nobody_sees_anybody_elses_records(ana: Person, ben: Person, the_school: School) -> None:
    the_school.post(
        [
            school.statement(
                500,
                school.verb("answered", "respondió", "answered"),
                school.activity(
                    f"{school.SCHOOL}/secret",
                    f"{school.ADL}/activities/question",
                    "Secreto",
                    "Bens secret",
                ),
                actor=school.learner_actor("Ben Okafor", "ben@school.example"),
                course=school.MUSIC,
                klass=None,
            )
        ]
    )
    music = the_school.course_id(school.MUSIC["id"])
    for address in ("/", "/courses/", f"/courses/{the_school.course_id()}/", "/shares/", "/me/"):
        page = text_of(ana.client.get(address, headers={"Accept-Language": "en"}))
        assert "Bens secret" not in page
        assert "History of music" not in page
        assert "Okafor" not in page
    assert ana.client.get(f"/courses/{music}/").status_code == 404
    assert ana.client.get(f"/courses/{music}/share/").status_code == 404
    assert ben.client.get(f"/courses/{music}/").status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/", "/courses/", "/courses/1/", "/courses/1/share/", "/shares/", "/me/",
     "/shares/8b0c2a0e-8a4c-4d0b-9a53-2a7a4f0f3a10/"],
)  # fmt: skip
def test_whoever_is_not_logged_in_is_asked_to(client: Any, db: None, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/login/?next={address}"


def test_pages_of_a_learner_are_not_kept_by_caches(ana: Person) -> None:
    assert "no-store" in ana.client.get("/").headers["Cache-Control"]


def test_a_passport_without_records_says_what_comes_next(the_school: School) -> None:
    from tests.passport.conftest import enrol

    new = enrol("Nora Vidal", "nora@school.example")
    page = text_of(new.client.get("/", headers={"Accept-Language": "en"}))
    assert "Your passport is still empty" in page
    assert "Look at your identities" in page


def test_an_account_without_a_passport_is_told_so(admin_client: Any) -> None:
    page = text_of(admin_client.get("/", headers={"Accept-Language": "en"}))
    assert "This account has no passport" in page


def test_text_from_statements_is_never_markup(ana: Person, the_school: School) -> None:
    evil = '<script>alert("x")</script>'
    target = school.activity(
        f"{school.SCHOOL}/evil", f"{school.ADL}/activities/question", evil, evil
    )
    the_school.post([school.statement(900, school.verb("answered", evil, evil), target)])
    page = text_of(ana.client.get("/"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
