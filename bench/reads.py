"""How long each filter takes: the first page of 50, and the 20th by `more`, one request at a time."""

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from bench.client import Connection, LoadError, Target
from bench.statements import HOME, VERBS, activity, course, learner, registration

_PAGES = 20
Parameters = dict[str, str]


@dataclass
class Timing:
    """Seconds of each request, by kind of request."""

    name: str
    first: list[float] = field(default_factory=list)
    later: list[float] = field(default_factory=list)
    last_page: int = 1


def _agent(chance: random.Random) -> str:
    return json.dumps(learner(chance.randrange(1_000_000)))


def _since(chance: random.Random, minutes: float) -> str:
    moment = time.time() - chance.random() * 60 * minutes
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + ".000Z"


def _any(chance: random.Random) -> int:
    return chance.randrange(1_000_000)


FILTERS: dict[str, Callable[[random.Random], Parameters]] = {
    "none": lambda _: {},
    "none, ascending": lambda _: {"ascending": "true"},
    "since": lambda c: {"since": _since(c, 30)},
    "until": lambda c: {"until": _since(c, 30)},
    "since, ascending": lambda c: {"since": _since(c, 30), "ascending": "true"},
    "agent": lambda c: {"agent": _agent(c)},
    "agent, ascending": lambda c: {"agent": _agent(c), "ascending": "true"},
    "agent, related": lambda c: {"agent": _agent(c), "related_agents": "true"},
    "verb": lambda _: {"verb": f"{VERBS}completed"},
    "verb, rare": lambda _: {"verb": f"{VERBS}mastered"},
    "activity": lambda c: {"activity": activity(_any(c))},
    "activity, related (a course)": lambda c: {
        "activity": course(_any(c)),
        "related_activities": "true",
    },
    "registration": lambda c: {"registration": registration(_any(c))},
    "agent + verb": lambda c: {"agent": _agent(c), "verb": f"{VERBS}answered"},
    "agent + rare verb": lambda c: {"agent": _agent(c), "verb": f"{VERBS}mastered"},
    "agent + rare verb + since": lambda c: {
        "agent": _agent(c),
        "verb": f"{VERBS}mastered",
        "since": "2026-01-01T00:00:00Z",
    },
    "agent + activity": lambda c: {"agent": _agent(c), "activity": activity(_any(c))},
    "agent + course, related": lambda c: {
        "agent": _agent(c),
        "activity": course(_any(c)),
        "related_activities": "true",
        "related_agents": "true",
    },
    "verb + activity": lambda c: {"verb": f"{VERBS}completed", "activity": activity(_any(c))},
    "verb + course, related": lambda c: {
        "verb": f"{VERBS}completed",
        "activity": course(_any(c)),
        "related_activities": "true",
    },
    "rare verb + course, related": lambda c: {
        "verb": f"{VERBS}mastered",
        "activity": course(_any(c)),
        "related_activities": "true",
    },
    "verb + course that never meet": lambda c: {
        "verb": f"{VERBS}attended",
        "activity": f"{HOME}/course/{c.randrange(1, 20)}",
        "related_activities": "true",
    },
    "format=ids": lambda c: {"agent": _agent(c), "format": "ids"},
    "format=canonical": lambda c: {"agent": _agent(c), "format": "canonical"},
}


def measure(target: Target, *, draws: int, seconds: float) -> list[Timing]:
    """Each filter with so many draws of its values, or for so long; the pages of the first tenth are followed."""
    connection = Connection(target.port)
    found = [_measure(connection, target, name, draws, seconds) for name in FILTERS]
    found.append(_by_id(connection, target, draws))
    connection.close()
    return found


def _measure(
    connection: Connection, target: Target, name: str, draws: int, seconds: float
) -> Timing:
    chance, timing = random.Random(name), Timing(name)
    end = time.perf_counter() + seconds
    for draw in range(draws):
        query = urlencode({**FILTERS[name](chance), "limit": "50"}, quote_via=quote)
        body, took = _get(connection, target, f"/xapi/statements?{query}")
        timing.first.append(took)
        page = 1
        while draw < max(1, draws // 10) and page < _PAGES and (more := json.loads(body)["more"]):
            body, took = _get(connection, target, more)
            page += 1
            if page == _PAGES or not json.loads(body)["more"]:
                timing.later.append(took)
        timing.last_page = max(timing.last_page, page)
        if time.perf_counter() > end and draw >= 4:
            break
    return timing


def _by_id(connection: Connection, target: Target, draws: int) -> Timing:
    body, _ = _get(connection, target, "/xapi/statements?limit=200")
    ids = [each["id"] for each in json.loads(body)["statements"]]
    timing = Timing("by id")
    for draw in range(draws):
        one = ids[draw * 7 % len(ids)]
        timing.first.append(_get(connection, target, f"/xapi/statements?statementId={one}")[1])
    return timing


def _get(connection: Connection, target: Target, path: str) -> tuple[bytes, float]:
    status, body, took = connection.ask(target.request("GET", path))
    if status != 200:
        raise LoadError(f"GET {path} answered {status}: {body[:300]!r}")
    return body, took
