"""The term follows from its seed and first day, and looks like what the clients send."""

import json
from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from keiko.demo import school
from keiko.demo.term import FIRST_DAY, SEED, statements, term
from lrs.hierarchy.rules import place
from lrs.xapi.statements import validate


def test_the_same_seed_and_first_day_make_the_same_statements():
    assert json.dumps(statements(term())) == json.dumps(statements(term()))


def test_another_seed_makes_other_results_and_other_ids():
    ids = {s["id"] for s in statements(term(seed=SEED))}
    others = {s["id"] for s in statements(term(seed=SEED + 1))}
    assert ids != others


def test_another_first_day_moves_every_timestamp_by_the_same_time():
    later = term(first_day=FIRST_DAY + timedelta(weeks=4))
    moved = [
        datetime.fromisoformat(b["timestamp"]) - datetime.fromisoformat(a["timestamp"])
        for a, b in zip(statements(term()), statements(later), strict=True)
    ]
    assert set(moved) == {timedelta(weeks=4)}


def test_the_term_has_between_120_and_300_statements_each_with_its_own_id():
    ids = [s["id"] for s in statements(term())]
    assert 120 <= len(ids) <= 300
    assert len(set(ids)) == len(ids)


def test_requests_follow_the_order_of_time_and_the_habits_of_their_client():
    requests = term()
    methods = Counter((r.client, r.method) for r in requests)
    assert set(methods) == {
        ("moodle", "POST array"),
        ("moodle-legacy", "POST array"),
        ("cmi5", "PUT"),
        ("h5p", "POST one"),
        ("tutoring", "POST one"),
        ("ai-tutor", "POST one"),
        ("study", "POST one"),
        ("storyline", "POST one"),
    }
    days = [r.statements[-1]["timestamp"][:10] for r in requests]
    assert days == sorted(days)


@pytest.mark.parametrize("who", school.LEARNERS, ids=lambda who: who.username)
def test_a_cmi5_session_begins_with_launched_and_initialized_and_ends_with_terminated(who):
    session = [
        s["verb"]["display"]["en"]
        for r in term()
        if r.client == "cmi5"
        for s in r.statements
        if s["actor"]["account"]["name"] == who.username
    ]
    assert session[:2] == ["launched", "initialized"]
    assert [word for word in session if word != "satisfied"][-1] == "terminated"
    assert ("passed" in session) != ("failed" in session)


def test_moodle_quizzes_report_the_attempt_and_then_each_question():
    quiz = [
        s
        for r in term()
        if r.client == "moodle"
        for s in r.statements
        if s["actor"]["account"]["name"] == str(school.LUCIA.moodle) and "question.php" in str(s)
    ]
    asked = len(school.FRACTIONS_QUIZ.questions) + len(school.EQUATIONS_QUIZ.questions)
    assert len(quiz) == asked
    assert all(s["result"]["completion"] for s in quiz)


def test_the_first_day_is_a_monday():
    assert FIRST_DAY.weekday() == date(2025, 9, 8).weekday() == 0


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_every_statement_is_valid_xapi(version):
    for statement in statements(term()):
        validate(statement, version)


def test_the_mathematics_course_has_classes_and_sessions_of_every_kind():
    placed = [place(s) for s in statements(term()) if s["actor"]["name"] == school.LUCIA.name]
    maths = [p for p in placed if p.course and p.course.iri == school.MATHS_ID]
    classes = {p.klass.name["es"] for p in maths if p.klass}
    assert {school.RATIONALS.name, school.POLYNOMIALS.name, school.EQUATIONS.name} <= classes
    assert {p.session.session_kind for p in maths if p.session} == {
        "tutoring",
        "ai-tutor",
        "study",
    }


def test_the_english_course_is_known_and_names_no_class_as_its_plugin_does_not():
    placed = [place(s) for r in term() if r.client == "moodle-legacy" for s in r.statements]
    assert {p.course.name["en"] for p in placed} == {school.ENGLISH_NAME}
    assert {p.klass for p in placed} == {None}


def test_the_term_has_every_common_kind_of_interaction():
    kinds = {place(s).kind for s in statements(term())}
    assert kinds >= {
        "question",
        "answer",
        "exercise",
        "discussion",
        "evaluation",
        "feedback",
        "self-assessment",
        "video",
        "progress",
    }
