"""Where a statement stands, what kind it is, and the courses of a learner."""

import pytest

from lrs.agents.selectors import agent_ids
from lrs.hierarchy.courses import course_name, courses_of
from lrs.hierarchy.rules import place
from lrs.hierarchy.types import LEVELS, Level
from lrs.xapi.timestamps import parse
from tests.lrs.conftest import a_statement, new_id, voiding

MOODLE_COURSE = "http://id.tincanapi.com/activitytype/lms/course"


def typed(iri, type_, name="x"):
    return {"id": iri, "definition": {"type": type_, "name": {"es": name}}}


COURSE = typed("https://escuela.example/course/7", MOODLE_COURSE, "Matemáticas")
SECTION = typed(
    "https://escuela.example/s/1", "http://id.tincanapi.com/activitytype/section", "Tema 1"
)
SESSION = typed("https://escuela.example/t/1", "http://id.tincanapi.com/activitytype/tutor-session")


def within(**activities):
    return a_statement(context={"contextActivities": activities})


def test_course_class_and_session_are_found_in_the_context():
    placement = place(within(parent=[SESSION], grouping=[SECTION, COURSE]))
    assert placement.course.iri == COURSE["id"]
    assert placement.course.name == {"es": "Matemáticas"}
    assert placement.klass.iri == SECTION["id"]
    assert placement.session.iri == SESSION["id"]
    assert placement.session.session_kind == "tutoring"
    assert placement.kind == "answer"


def test_the_object_itself_can_be_the_course():
    assert place(a_statement(object=COURSE)).course.iri == COURSE["id"]


def test_the_parent_counts_before_the_grouping():
    other = typed("https://escuela.example/course/8", MOODLE_COURSE)
    assert place(within(grouping=[other], parent=COURSE)).course.iri == COURSE["id"]


def test_nothing_named_is_nothing_found():
    placement = place(a_statement())
    assert (placement.course, placement.klass, placement.session) == (None, None, None)


@pytest.mark.parametrize(
    "document",
    [{}, {"verb": None, "object": [], "context": "x"}, {"object": {"id": 3, "definition": []}},
     {"context": {"contextActivities": {"parent": ["x", None], "grouping": None}}}],
)  # fmt: skip
def test_a_statement_with_parts_withheld_or_odd_has_a_placement_too(document):
    assert place(document).kind == "progress"


@pytest.mark.parametrize(
    ("verb", "type_", "kind"),
    [
        (
            "http://adlnet.gov/expapi/verbs/asked",
            "http://adlnet.gov/expapi/activities/question",
            "question",
        ),
        (
            "http://adlnet.gov/expapi/verbs/attempted",
            "http://adlnet.gov/expapi/activities/assessment",
            "exercise",
        ),
        (
            "http://adlnet.gov/expapi/verbs/scored",
            "http://adlnet.gov/expapi/activities/assessment",
            "evaluation",
        ),
        (
            "http://id.tincanapi.com/verb/rated",
            "http://id.tincanapi.com/activitytype/tutor-session",
            "feedback",
        ),
        (
            "https://w3id.org/xapi/video/verbs/played",
            "https://w3id.org/xapi/video/activity-type/video",
            "video",
        ),
        (
            "https://w3id.org/keiko/verbs/self-assessed",
            "http://adlnet.gov/expapi/activities/assessment",
            "self-assessment",
        ),
        (
            "http://id.tincanapi.com/verb/replied",
            "http://id.tincanapi.com/activitytype/discussion",
            "discussion",
        ),
        ("http://adlnet.gov/expapi/verbs/completed", "https://x.example/unheard-of", "completion"),
        ("http://adlnet.gov/expapi/verbs/experienced", "https://x.example/unheard-of", "progress"),
    ],
)
def test_the_kind_follows_from_verb_and_type(verb, type_, kind):
    assert (
        place(a_statement(verb={"id": verb}, object=typed("https://x.example/o", type_))).kind
        == kind
    )


def test_every_level_has_types():
    assert set(LEVELS.values()) == set(Level)


def test_the_courses_of_a_learner_are_summed_up_the_latest_first(xapi):
    english = typed("https://escuela.example/course/9", MOODLE_COURSE, "Inglés")
    in_course = {"contextActivities": {"grouping": [COURSE], "parent": [COURSE]}}
    gone = new_id()
    xapi.post(
        [
            a_statement(context=in_course, timestamp="2026-01-01T10:00:00Z"),
            a_statement(object=COURSE, timestamp="2026-01-03T10:00:00Z"),
            a_statement(object=english, timestamp="2026-02-01T10:00:00Z"),
            a_statement(id=gone, object=english, timestamp="2026-03-01T10:00:00Z"),
            voiding(gone, context={"contextActivities": {"grouping": [english]}}),
            a_statement(actor={"mbox": "mailto:other@x.example"}, object=COURSE),
        ]
    )
    agents = agent_ids(identifiers=["mbox:mailto:ana@escuela.example"])
    latest, earlier = courses_of(agent_ids=agents)
    assert (latest.iri, latest.name, latest.statements) == (english["id"], {"es": "Inglés"}, 1)
    assert (earlier.iri, earlier.statements) == (COURSE["id"], 2)
    assert earlier.first == parse("2026-01-01T10:00:00Z")
    assert earlier.last == parse("2026-01-03T10:00:00Z")
    assert course_name(activity_id=latest.activity_id) == {"es": "Inglés"}


def test_a_learner_without_statements_has_no_courses(db):
    assert courses_of(agent_ids=[]) == []
