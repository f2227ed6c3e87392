"""The passport shows a record where its store's hierarchy has it, not where the statement once said."""

from datetime import UTC, datetime, timedelta

import pytest

from lrs.hierarchy import discovery
from lrs.hierarchy.rule_services import OwnKindRule, OwnRules, OwnTypeRule, replace_rules
from lrs.hierarchy.services import Declaration, change_node, create_node
from lrs.hierarchy.types import Kind, Level
from lrs.models import Activity
from passport.models import ShareStatement
from passport.shares.services import share_course
from passport.timeline.selectors import courses, timeline
from tests.passport import school
from tests.passport.conftest import Person, School, enrol


@pytest.fixture(autouse=True)
def follow_to_the_present(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's own transaction would keep the consistent point back until its end."""
    monkeypatch.setattr(
        discovery, "consistent_through", lambda: datetime.now(UTC) + timedelta(seconds=1)
    )


@pytest.fixture
def eva(the_school: School) -> Person:
    return enrol("Eva", "eva@school.example")


def follow_all() -> None:
    while due := discovery.stores_with_work():
        for store_id in due:
            discovery.advance(store_id)


def did(the_school: School, *numbers: int, **more: object) -> None:
    actor = school.learner_actor("Eva", "eva@school.example")
    verb = school.verb("experienced", "vio", "viewed")
    the_school.post(
        [
            school.statement(number, verb, school.question(number), actor=actor, **more)  # type: ignore[arg-type]
            for number in numbers
        ]
    )


def move_class_to_music(the_school: School) -> int:
    music = create_node(
        store_id=the_school.store.pk,
        iri=school.MUSIC["id"],
        declaration=Declaration.of(level=Level.COURSE, names={"en": "Music"}),
    )
    klass = Activity.objects.get(store=the_school.store, iri=school.CLASS["id"])
    change_node(
        store_id=the_school.store.pk,
        node_id=klass.pk,
        declaration=Declaration.of(parent=music.pk),
    )
    return music.pk


def shown(person: Person, course: int | None = None) -> list[tuple[str | None, str | None, str]]:
    page = timeline(learner=person.learner, language="en", activity_id=course)
    return [
        (
            item.course.name if item.course else None,
            item.klass.name if item.klass else None,
            item.kind,
        )
        for item in page.items
    ]


@pytest.mark.parametrize("followed_after", [True, False])
def test_records_of_a_class_that_was_moved_are_in_the_course_it_lies_in_now(
    the_school: School, eva: Person, followed_after: bool
) -> None:
    did(the_school, 1, 2)
    follow_all()
    algebra = the_school.course_id()
    assert [name for name, _klass, _kind in shown(eva, algebra)] == ["Algebra I", "Algebra I"]
    music = move_class_to_music(the_school)
    follow_all()
    did(the_school, 3)  # comes after the move and still names the course of before
    if followed_after:
        follow_all()
    assert [(one.activity_id, one.statements) for one in courses(learner=eva.learner)] == [
        (music, 3)
    ]
    assert [place[:2] for place in shown(eva)] == [("Music", "Linear equations")] * 3
    assert len(shown(eva, music)) == 3
    assert shown(eva, algebra) == []


def test_the_page_of_a_course_shows_what_its_summary_counts(
    the_school: School, eva: Person
) -> None:
    did(the_school, 1, 2)
    follow_all()
    music = move_class_to_music(the_school)
    follow_all()
    page = eva.client.get(f"/courses/{music}/")
    assert page.status_code == 200
    assert page.content.decode().count("Linear equations") >= 1
    assert eva.client.get(f"/courses/{the_school.course_id()}/").status_code == 404


def test_a_share_of_a_course_holds_what_lies_in_it_now(the_school: School, eva: Person) -> None:
    did(the_school, 1, 2)
    follow_all()
    did(the_school, 3, klass=None)
    music = move_class_to_music(the_school)
    follow_all()
    share = share_course(learner=eva.learner, activity_id=music, expires=None, language="en")
    assert ShareStatement.objects.filter(share=share).count() == 2


@pytest.mark.parametrize("followed", [True, False])
def test_rules_of_the_store_count_in_the_passport_too(
    the_school: School, eva: Person, followed: bool
) -> None:
    did(the_school, 1)
    replace_rules(
        store_id=the_school.store.pk,
        rules=OwnRules(
            types=[OwnTypeRule(school.CLASS["definition"]["type"], None)],
            kinds=[OwnKindRule("experienced", "", Kind.READING)],
        ),
    )
    if followed:
        follow_all()
    ((course, klass, kind),) = shown(eva)
    assert (course, klass, str(kind)) == ("Algebra I", None, "Reading")


@pytest.mark.parametrize("followed", [True, False])
def test_a_record_that_names_no_course_has_none_and_its_kind_all_the_same(
    the_school: School, eva: Person, followed: bool
) -> None:
    bare = school.activity("https://school.example/x", "https://x.example/unheard-of", "x", "x")
    did(the_school, 1, klass=None, course=bare)
    if followed:
        follow_all()
    ((course, klass, _kind),) = shown(eva)
    assert (course, klass) == (None, None)
