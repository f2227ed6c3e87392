"""How long the hierarchy's answers take.

The statements are those of `bench.statements`, each in a course, a class and, one time in two, one of 4,000 sessions.
"""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

from bench.client import Connection, LoadError, Target
from bench.reads import Timing
from bench.server import ROOT, Server
from bench.statements import HOME, VERBS, learner, statement

_TYPES = "http://adlnet.gov/expapi/activities"
_SESSIONS = 4_000
# What the worker does, until nothing is left to do.
_FOLLOW = """
import django
django.setup()
from lrs.hierarchy.discovery import catch_up
catch_up(seconds=1e9)
"""


def placed(number: int) -> dict[str, Any]:
    """A statement that names its course and class with their types, and perhaps a session."""
    one = statement(number)
    context = one["context"]["contextActivities"]
    (unit,), (course,) = context["parent"], context["grouping"]
    unit["definition"] = {"type": f"{_TYPES}/module", "name": {"es": f"Unidad {unit['id'][-1]}"}}
    course["definition"] = {
        "type": f"{_TYPES}/course",
        "name": {"es": f"Curso {course['id'][-2:]}"},
    }
    if number % 2:
        session = {
            "objectType": "Activity",
            "id": f"{unit['id']}/session/{number // 2 % _SESSIONS // 100}",
            "definition": {"type": f"{_TYPES}/meeting", "name": {"es": "Sesión"}},
        }
        context["parent"] = [session]
        context["grouping"] = [unit, course]
    return one


def lines(count: int) -> Iterator[bytes]:
    """JSON Lines."""
    for number in range(count):
        yield json.dumps(placed(number), ensure_ascii=False).encode() + b"\n"


def follow(server: Server) -> float:
    """Seconds until every statement has its place."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", _FOLLOW], env=server.env, cwd=ROOT, check=True)
    return time.perf_counter() - began


def measure(target: Target, *, draws: int, seconds: float) -> list[Timing]:
    """Each question with so many draws of its values, or for so long."""
    connection = Connection(target.port)
    nodes = {
        level: [one["id"] for one in _get(connection, target, f"nodes?level={level}&limit=1000")[0]]
        for level in ("course", "class", "session")
    }
    found = []
    for name, question in _questions(nodes).items():
        chance, timing = random.Random(name), Timing(name)
        end = time.perf_counter() + seconds
        for draw in range(draws):
            timing.first.append(_get(connection, target, question(chance))[1])
            if time.perf_counter() > end and draw >= 4:
                break
        found.append(timing)
    connection.close()
    return found


def _questions(nodes: dict[str, list[int]]) -> dict[str, Callable[[random.Random], str]]:
    def path(level: str, what: str, **query: str) -> Callable[[random.Random], str]:
        tail = f"?{urlencode(query, quote_via=quote)}" if query else ""
        return lambda chance: f"nodes/{chance.choice(nodes[level])}/{what}{tail}"

    def of_agent(level: str, **query: str) -> Callable[[random.Random], str]:
        def made(chance: random.Random) -> str:
            agent = json.dumps(learner(chance.randrange(1_000_000)))
            return path(level, "statements", agent=agent, limit="50", **query)(chance)

        return made

    rare, verb = f"{VERBS}mastered", f"{VERBS}completed"
    return {
        "nodes: courses": lambda _: "nodes?level=course",
        "nodes: sessions, 100": lambda _: "nodes?level=session",
        "nodes: search": lambda c: f"nodes?search={quote(f'Curso {c.randrange(10)}')}",
        "nodes: by activity": lambda c: f"nodes?activity={HOME}/course/{c.randrange(20)}",
        "tree of a course": path("course", "tree"),
        "children of a class": path("class", "children"),
        "statements of a course": path("course", "statements", limit="50"),
        "… of a class": path("class", "statements", limit="50"),
        "… of a session": path("session", "statements", limit="50"),
        "… of a course, agent": of_agent("course"),
        "… of a course, verb": path("course", "statements", verb=verb, limit="50"),
        "… of a course, rare verb": path("course", "statements", verb=rare, limit="50"),
        "… of a course, agent, rare verb": of_agent("course", verb=rare),
        "… of a class, agent": of_agent("class"),
        "… of a course, since, ascending": path(
            "course", "statements", since="2026-01-01T00:00:00Z", ascending="true", limit="50"
        ),
        "statistics of a course": path("course", "statistics"),
        "… what lies in nothing smaller": path("course", "statistics", below="false"),
        "statistics of a class": path("class", "statistics"),
        "statistics of a session": path("session", "statistics"),
    }


def _get(connection: Connection, target: Target, path: str) -> tuple[Any, float]:
    status, body, took = connection.ask(target.request("GET", f"/api/v1/{path}"))
    if status != 200:
        raise LoadError(f"GET /api/v1/{path} answered {status}: {body[:300]!r}")
    return json.loads(body).get("nodes"), took
