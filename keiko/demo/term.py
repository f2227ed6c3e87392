"""The autumn term of the demo school: which client sends what, in the order of time.

Everything follows from a seed and the first day: the same two give the same statements with the
same ids. The ids are the one liberty taken with the clients' shapes (Moodle and H5P send none): with
them the term can be posted again, in part or whole, and nothing is stored twice.
"""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Literal

from keiko.demo import school
from keiko.demo.school import Person, Quiz, Section
from keiko.demo.shapes import (
    ai_tutor,
    cmi5,
    h5p,
    moodle,
    moodle_legacy,
    storyline,
    study,
    tutoring,
)
from keiko.demo.shapes.parts import Statement, activity

SEED = 2025
FIRST_DAY = date(2025, 9, 8)
_IDS = uuid.uuid5(uuid.NAMESPACE_URL, "https://iesalameda.example/demo")
_MOODLE_BATCH = 30  # the plugin's default number of events for one run of cron

MATHS = moodle.Course(school.MOODLE_URL, "Aula virtual IES Alameda", 12, school.MATHS_NAME, "es")
ENGLISH = moodle.Course(
    school.ACADEMY_URL, "Greenfield Academy Campus", 7, school.ENGLISH_NAME, "en"
)
VIDEO = h5p.Video(
    f"{school.H5P_URL}/videos/teorema-de-pitagoras/", 48, "El teorema de Pitágoras en la plaza"
)
PAUSES = (
    h5p.Pause("0b7a2f7e-8a43-4f0e-9d2c-6f1d5c3b9a10", 95, "Catetos e hipotenusa",
              "¿Qué lado es la hipotenusa?",
              ("El más corto", "El opuesto al ángulo recto", "Cualquiera"), 1),
    h5p.Pause("5c1e9d34-2b6f-4c7a-8e15-0a9f4d7b2c31", 210, "Cálculo",
              "Si los catetos miden 3 m y 4 m, ¿cuánto mide la hipotenusa?",
              ("5 m", "7 m", "12 m"), 0),
    h5p.Pause("e83f6a52-71d0-4b94-a3c8-d2f50b6e4917", 342, "En la plaza",
              "¿Qué distancia ahorra quien cruza en diagonal?",
              ("Ninguna", "2 m", "7 m"), 1),
)  # fmt: skip
COURSE_ACTIVITY = activity(
    school.MATHS_ID, "https://w3id.org/xapi/cmi5/activitytype/course", {"es": school.MATHS_NAME}
)
UNIT = cmi5.Unit(
    iri=f"{school.CMI5_URL}/cmi5/au/7f3a", publisher="https://editorial.example/algebra/au/1",
    title="Álgebra: ecuaciones de primer grado",
    launch_url=f"{school.CMI5_URL}/contenidos/algebra/index.html",
    course=f"{school.CMI5_URL}/cmi5/curso/41", course_title="Álgebra interactiva",
    language="es", mastery=0.7, within=(COURSE_ACTIVITY,),
)  # fmt: skip


@dataclass(frozen=True)
class Request:
    """What a client sends at once: an array by POST, one statement by POST, or one by PUT."""

    client: str
    method: Literal["POST array", "POST one", "PUT"]
    statements: tuple[Statement, ...]


def term(*, seed: int = SEED, first_day: date = FIRST_DAY) -> list[Request]:
    """The whole term, oldest first. `first_day` is the Monday that it starts on."""
    events = sorted(_events(seed, first_day), key=lambda event: _when(event[1]))
    return list(_requests([(client, _with_id(s)) for client, s in events]))


def statements(requests: list[Request]) -> list[Statement]:
    return [statement for request in requests for statement in request.statements]


def _with_id(statement: Statement) -> Statement:
    text = json.dumps(statement, sort_keys=True, ensure_ascii=False)
    return {"id": str(uuid.uuid5(_IDS, text)), **statement}


def _when(statement: Statement) -> datetime:
    return datetime.fromisoformat(statement["timestamp"])


def _requests(events: list[tuple[str, Statement]]) -> Iterator[Request]:
    """Moodle's cron sends what has gathered, at the end of a day or when a batch is full."""
    waiting: dict[str, list[Statement]] = {}
    day = None
    for client, statement in events:
        if (today := _when(statement).date()) != day:
            yield from _flush(waiting)
            day = today
        if client not in ("moodle", "moodle-legacy"):
            yield Request(client, "PUT" if client == "cmi5" else "POST one", (statement,))
            continue
        batch = waiting.setdefault(client, [])
        batch.append(statement)
        if len(batch) == _MOODLE_BATCH:
            yield Request(client, "POST array", tuple(waiting.pop(client)))
    yield from _flush(waiting)


def _flush(waiting: dict[str, list[Statement]]) -> Iterator[Request]:
    for client in sorted(waiting):
        yield Request(client, "POST array", tuple(waiting.pop(client)))


# --- What happens ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Calendar:
    """Times of the term; each learner is a little later than the bell, by their own chance."""

    first_day: date
    chance: Random

    def at(self, week: int, weekday: int, hour: int, minute: int = 0) -> datetime:
        """`week` from 1, `weekday` from 0 (Monday); up to four minutes later."""
        day = self.first_day + timedelta(weeks=week - 1, days=weekday)
        moment = datetime.combine(day, time(hour, minute), UTC)
        return moment + timedelta(seconds=self.chance.randrange(240))


def _events(seed: int, first_day: date) -> Iterator[tuple[str, Statement]]:
    for who in school.LEARNERS:
        # A chance of their own for each learner, so that one more event moves nobody else's.
        calendar = _Calendar(first_day, Random(f"{seed}/{who.username}"))
        yield from _maths(calendar, who)
        if who.academy is not None:
            yield from _english(calendar, who)
        yield from _algebra_unit(calendar, who, seed)
        if who in (school.LUCIA, school.MATEO, school.EMILY):
            yield from _pythagoras_video(calendar, who)
    lucia = _Calendar(first_day, Random(f"{seed}/tutoring"))
    yield from _tutoring(lucia, school.LUCIA, 7, "3f1c")
    yield from _tutoring(
        _Calendar(first_day, Random(f"{seed}/tutoring-2")), school.MATEO, 8, "3f2a"
    )
    yield from _second_tutoring(lucia, school.LUCIA)
    yield from _ai_tutor(lucia, school.LUCIA)
    yield from _study(lucia, school.LUCIA)
    yield from _safety_story(lucia, school.LUCIA, seed)


def _maths(calendar: _Calendar, who: Person) -> Iterator[tuple[str, Statement]]:
    at, chance = calendar.at, calendar.chance
    lessons = (
        (1, school.RATIONALS, 311, "Clase en directo: fracciones equivalentes"),
        (4, school.POWERS, 322, "Clase en directo: notación científica"),
        (9, school.EQUATIONS, 361, "Clase en directo: la fórmula cuadrática"),
    )
    yield "moodle", moodle.course_viewed(MATHS, who, at(1, 0, 8, 30))
    for week, section, number, name in lessons:
        if chance.random() < 0.9 or who is school.LUCIA:
            yield "moodle", moodle.meeting_joined(MATHS, section, who, at(week, 1, 9), number, name)
    yield (
        "moodle",
        moodle.resource_viewed(
            MATHS, school.RATIONALS, who, at(2, 0, 16), 315, "Apuntes: la recta numérica"
        ),
    )
    for week, section, quiz, attempt in (
        (3, school.RATIONALS, school.FRACTIONS_QUIZ, 5000 + who.moodle),
        (11, school.EQUATIONS, school.EQUATIONS_QUIZ, 6000 + who.moodle),
    ):
        for statement in _quiz(calendar, who, week, section, quiz, attempt):
            yield "moodle", statement
    for statement in _assignment(calendar, who):
        yield "moodle", statement
    if who in (school.LUCIA, school.OLIVER):
        yield "moodle", moodle.discussion_reply(
            MATHS, school.EQUATIONS, who, at(10, 3, 19), discussion=88,
            title="¿Por qué salen dos soluciones?", post=400 + who.moodle,
            text="Porque la parábola corta el eje en dos puntos."
            if who is school.LUCIA else "I think it is because squaring loses the sign.",
        )  # fmt: skip
    yield "moodle", moodle.course_completed(MATHS, who, at(15, 3, 13))


def _quiz(
    calendar: _Calendar, who: Person, week: int, section: Section, quiz: Quiz, attempt: int
) -> Iterator[Statement]:
    begun, chance = calendar.at(week, 3, 10), calendar.chance
    skill = 0.75 if who is school.LUCIA else 0.65
    right = [chance.random() < skill for _ in quiz.questions]
    seconds = chance.randrange(420, 1100)
    yield moodle.quiz_started(MATHS, section, who, begun, quiz, attempt)
    yield from moodle.quiz_submitted(
        MATHS, section, who, begun + timedelta(seconds=seconds), quiz, attempt,
        right=right, seconds=seconds,
    )  # fmt: skip


def _assignment(calendar: _Calendar, who: Person) -> Iterator[Statement]:
    number, name = 352, "Tarea: perímetros y polinomios"
    section = school.POLYNOMIALS
    mark = calendar.chance.choice((6.5, 7.0, 8.0, 9.0)) if who is not school.LUCIA else 9.5
    yield moodle.assignment_submitted(MATHS, section, who, calendar.at(6, 4, 17), number, name)
    yield moodle.assignment_graded(
        MATHS, section, who, calendar.at(7, 0, 18), number, name, teacher=school.CARMEN, mark=mark,
        comment="Muy buen razonamiento; revisa el signo del último término.",
    )  # fmt: skip


def _english(calendar: _Calendar, who: Person) -> Iterator[tuple[str, Statement]]:
    at, chance, client = calendar.at, calendar.chance, "moodle-legacy"
    quiz, attempt = school.PRESENT_PERFECT_QUIZ, 300 + (who.academy or 0)
    yield client, moodle_legacy.course_viewed(ENGLISH, who, at(2, 2, 17))
    yield (
        client,
        moodle_legacy.link_viewed(ENGLISH, who, at(3, 2, 17), 51, "Listening: a tour of York"),
    )
    begun, seconds = at(5, 2, 17), chance.randrange(180, 600)
    yield client, moodle_legacy.quiz_started(ENGLISH, who, begun, quiz, attempt)
    right = [chance.random() < 0.8 for _ in quiz.questions]
    for statement in moodle_legacy.quiz_submitted(
        ENGLISH,
        who,
        begun + timedelta(seconds=seconds),
        quiz,
        attempt,
        right=right,
        seconds=seconds,
    ):
        yield client, statement
    name = "Essay: a place I will never forget"
    yield client, moodle_legacy.assignment_submitted(ENGLISH, who, at(8, 2, 18), 63, name)
    yield client, moodle_legacy.assignment_graded(
        ENGLISH, who, at(9, 2, 18), 63, name, teacher=school.DANIEL,
        mark=chance.choice((7.0, 8.0, 8.5, 9.0)), comment="Lively and clear. Mind the tenses.",
    )  # fmt: skip


def _pythagoras_video(calendar: _Calendar, who: Person) -> Iterator[tuple[str, Statement]]:
    now = calendar.at(5, 5, 11)
    yield "h5p", h5p.video_attempted(VIDEO, who, now)
    points = 0
    for pause in PAUSES:
        moment = now + timedelta(seconds=pause.second + 20)
        given = pause.right if calendar.chance.random() < 0.8 else (pause.right + 1) % 3
        points += given == pause.right
        yield "h5p", h5p.video_interacted(VIDEO, who, moment, pause)
        yield (
            "h5p",
            h5p.video_answered(
                VIDEO, who, moment + timedelta(seconds=9), pause, given=given, seconds=28.5
            ),
        )
    ended = now + timedelta(seconds=420)
    yield (
        "h5p",
        h5p.video_completed(VIDEO, who, ended, raw=points, highest=len(PAUSES), seconds=420),
    )


def _algebra_unit(calendar: _Calendar, who: Person, seed: int) -> Iterator[tuple[str, Statement]]:
    """One session each, from "launched" to "satisfied"; who fails ends without "passed"."""
    launch = cmi5.Launch(
        unit=UNIT, site=school.CMI5_URL, who=who,
        registration=str(uuid.uuid5(_IDS, f"{seed}/registration/{who.username}")),
        session=str(uuid.uuid5(_IDS, f"{seed}/session/{who.username}")),
    )  # fmt: skip
    now, seconds = calendar.at(8, 6, 18), calendar.chance.randrange(900, 1500)
    scaled = round(0.72 + 0.27 * calendar.chance.random(), 2)
    end = now + timedelta(seconds=seconds)
    yield "cmi5", cmi5.launched(launch, now)
    yield "cmi5", cmi5.initialized(launch, now + timedelta(seconds=3))
    yield "cmi5", cmi5.completed(launch, end - timedelta(seconds=30), seconds=seconds - 30)
    if who is school.AITANA:
        yield (
            "cmi5",
            cmi5.failed(launch, end - timedelta(seconds=20), scaled=0.55, seconds=seconds - 20),
        )
    else:
        yield (
            "cmi5",
            cmi5.passed(launch, end - timedelta(seconds=20), scaled=scaled, seconds=seconds - 20),
        )
    yield "cmi5", cmi5.terminated(launch, end, seconds=seconds)
    if who is not school.AITANA:
        yield "cmi5", cmi5.satisfied(launch, end + timedelta(seconds=2))


def _within(section: Section) -> tuple[dict[str, object], ...]:
    """The class and the course as Moodle names them, so that every client means the same ones."""
    return (
        activity(
            f"{school.MOODLE_URL}/course/section.php?id={section.number}",
            "http://id.tincanapi.com/activitytype/section", {"es": section.name},
        ),
        COURSE_ACTIVITY,
    )  # fmt: skip


def _tutoring(
    calendar: _Calendar, who: Person, week: int, code: str
) -> Iterator[tuple[str, Statement]]:
    session = tutoring.Session(
        school.TUTORING_URL, code, "Tutoría: signos en los polinomios", school.JAVIER, who,
        _within(school.POLYNOMIALS),
    )  # fmt: skip
    now = calendar.at(week, 2, 16, 30)
    minute = timedelta(minutes=1)
    said = (
        tutoring.asked(session, now + 3 * minute, 1,
                       "¿Por qué cambia el signo al quitar el paréntesis?"),
        tutoring.answered(session, now + 9 * minute, 2, "Simplifica 3x − (2x − 5).", "x + 5",
                          right=True),
        tutoring.answered(session, now + 17 * minute, 3, "Simplifica −(x² − 4x) + x².", "4x",
                          right=True),
        tutoring.answered(session, now + 26 * minute, 4, "Desarrolla (x − 3)².", "x² − 9",
                          right=False),
        tutoring.feedback_given(session, now + 30 * minute, 1,
                                "El cuadrado de una resta tiene tres términos: repásalo con áreas."),
        tutoring.attended(session, now + 45 * minute, minutes=45),
        tutoring.evaluated(session, now + 47 * minute, mark=8.0),
        tutoring.rated(session, now + 50 * minute, stars=5, text="Ahora lo veo claro, gracias."),
    )  # fmt: skip
    for statement in said:
        yield "tutoring", statement


def _second_tutoring(calendar: _Calendar, who: Person) -> Iterator[tuple[str, Statement]]:
    session = tutoring.Session(
        school.TUTORING_URL, "41b0", "Tutoría: problemas con ecuaciones", school.JAVIER, who,
        _within(school.EQUATIONS),
    )  # fmt: skip
    now, minute = calendar.at(10, 2, 16, 30), timedelta(minutes=1)
    said = (
        tutoring.asked(session, now + 2 * minute, 1, "¿Cómo sé cuál es la incógnita?"),
        tutoring.answered(session, now + 12 * minute, 2,
                          "La suma de un número y su triple es 48. ¿Qué número es?", "12",
                          right=True),
        tutoring.feedback_given(session, now + 20 * minute, 1,
                                "Planteas muy bien; escribe siempre qué significa x."),
        tutoring.attended(session, now + 30 * minute, minutes=30),
        tutoring.evaluated(session, now + 32 * minute, mark=9.0),
    )  # fmt: skip
    for statement in said:
        yield "tutoring", statement


def _ai_tutor(calendar: _Calendar, who: Person) -> Iterator[tuple[str, Statement]]:
    talk = ai_tutor.Conversation(
        school.AI_TUTOR_URL, "c-5521", "ecuaciones de segundo grado", who,
        _within(school.EQUATIONS),
    )  # fmt: skip
    now, minute = calendar.at(10, 5, 10), timedelta(minutes=1)
    turns = (
        ai_tutor.started(talk, now),
        ai_tutor.asked(talk, now + minute, 1, "¿Qué pasa si el discriminante es negativo?"),
        ai_tutor.tutor_responded(
            talk, now + 2 * minute, 2,
            "Piensa en la raíz cuadrada de un número negativo: ¿hay algún número real así?"),
        ai_tutor.asked(talk, now + 4 * minute, 3, "Entonces no hay solución real. ¿Me pones una?"),
        ai_tutor.tutor_responded(talk, now + 5 * minute, 4,
                                 "Exacto. Resuelve x² − 6x + 9 = 0 y dime cuántas tiene."),
        ai_tutor.answered(talk, now + 9 * minute, 5, "Resuelve x² − 6x + 9 = 0.", "x = 3, una sola",
                          right=True),
        ai_tutor.ended(talk, now + 11 * minute, minutes=11),
    )  # fmt: skip
    for statement in turns:
        yield "ai-tutor", statement


def _study(calendar: _Calendar, who: Person) -> Iterator[tuple[str, Statement]]:
    evenings = (
        (4, "e-101", "Estudio: potencias", school.POWERS, 40, 3, "Dudo con exponentes negativos."),
        (11, "e-117", "Estudio: repaso del examen", school.EQUATIONS, 65, 4, "Lista para mañana."),
    )
    for week, code, name, section, minutes, stars, words in evenings:
        alone = study.Study(school.STUDY_URL, code, name, who, _within(section))
        now = calendar.at(week, 2, 18)
        yield "study", study.video_watched(
            alone, now + timedelta(minutes=12), f"{school.H5P_URL}/videos/{code}/",
            f"Vídeo: {section.name}", seconds=430, length=512,
        )  # fmt: skip
        yield (
            "study",
            study.judged_oneself(
                alone, now + timedelta(minutes=minutes - 1), stars=stars, text=words
            ),
        )
        yield (
            "study",
            study.finished(alone, now + timedelta(minutes=minutes), minutes=minutes, note=name),
        )


def _safety_story(calendar: _Calendar, who: Person, seed: int) -> Iterator[tuple[str, Statement]]:
    story = storyline.Story(
        "6Kq2mVtZr4P", "Staying safe online",
        str(uuid.uuid5(_IDS, f"{seed}/story/{who.username}")),
    )  # fmt: skip
    now, second = calendar.at(12, 1, 12), timedelta(seconds=1)
    said = (
        storyline.attempted(story, who, now),
        storyline.experienced(story, who, now + 40 * second, "5aWc1", "Welcome"),
        storyline.experienced(story, who, now + 130 * second, "5bXd2", "Strong passwords"),
        storyline.answered(story, who, now + 190 * second, "5cYe3/6q1",
                           "Which password is the strongest?", right=True, seconds=22.4),
        storyline.answered(story, who, now + 230 * second, "5dZf4/6q2",
                           "Who may know your password?", right=True, seconds=14.1),
        storyline.passed(story, who, now + 250 * second, raw=20, highest=20),
    )  # fmt: skip
    for statement in said:
        yield "storyline", statement
