"""Every address of the running project, and what a client of a store may do there: the tables of the tenants' tests.

A test that uses them fails for an address that is in neither table, so that no new one is forgotten.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from lrs.stores.scopes import SCOPES
from tests.lrs.conftest import a_statement, new_id
from tests.lrs.documenting import ACTIVITY, AGENT, NEW, encoded

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")

# Addresses that no client of a store has a part in, by how they begin, with the reason; "" is the root alone.
OUTSIDE = {
    "": "the passport's timeline: a page for a learner who is logged in",
    "courses/": "the passport's pages of courses, for a learner",
    "shares/": "the passport's pages of shares, for a learner",
    "me/": "the passport's page of the account, for a learner",
    "login/": "where learners log in",
    "logout/": "where learners log out",
    "p/": "proof links: whoever has one sees what its learner shared, of whatever store",
    "admin/": "for the staff, who see every store",
    "i18n/": "the language of pages",
    "log/": "the public log, which is one for all stores and holds commitments, never what was committed to",
    "keiko-verifier.html": "the verifier as a file, the same one for everybody",
}

# Who may, as the documents say it (xAPI Communication 4.2; docs/xapi.md, docs/hierarchy.md): written out, not computed.
ANYONE = frozenset(SCOPES)
NOBODY: frozenset[str] = frozenset()
READS = frozenset({"statements/read", "all/read", "all"})
READS_OWN = READS | {"statements/read/mine"}
WRITES = frozenset({"statements/write", "all"})
DEFINES = frozenset({"define", "all"})
STATE = frozenset({"state", "all"})
PROFILE = frozenset({"profile", "all"})
READS_STATE = STATE | {"all/read"}
READS_PROFILE = PROFILE | {"all/read"}

Access = tuple[frozenset[str], int]  # the scopes that open, and the status for whom they open
REFUSED = (ANYONE, 405)


def _xapi(**methods: Access) -> dict[str, Access]:
    return dict.fromkeys(METHODS, REFUSED) | {"OPTIONS": (ANYONE, 204)} | methods


def _documents(reads: frozenset[str], writes: frozenset[str]) -> dict[str, Access]:
    changes = dict.fromkeys(("PUT", "POST", "DELETE"), (writes, 204))
    return _xapi(GET=(reads, 200), HEAD=(reads, 200), **changes)


def _rest(**methods: Access) -> dict[str, Access]:
    """Django REST Framework asks for the scope before it looks whether there is such a method."""
    reading = dict.fromkeys(("GET", "HEAD", "OPTIONS"), (READS, 200))
    return dict.fromkeys(METHODS, (DEFINES, 405)) | reading | methods


def _plain(*methods: str, scopes: frozenset[str] = ANYONE) -> dict[str, Access]:
    return dict.fromkeys(METHODS, REFUSED) | dict.fromkeys(methods, (scopes, 200))


ACCESS: dict[str, dict[str, Access]] = {
    "healthz": _plain("GET", "HEAD"),
    "xapi/statements": _xapi(
        GET=(READS_OWN, 200), HEAD=(READS_OWN, 200), POST=(WRITES, 200), PUT=(WRITES, 204)
    ),
    "xapi/activities/state": _documents(READS_STATE, STATE),
    "xapi/activities/profile": _documents(READS_PROFILE, PROFILE),
    "xapi/agents/profile": _documents(READS_PROFILE, PROFILE),
    "xapi/activities": _xapi(GET=(READS, 200), HEAD=(READS, 200)),
    "xapi/agents": _xapi(GET=(READS, 200), HEAD=(READS, 200)),
    "xapi/about": _xapi(GET=(ANYONE, 200), HEAD=(ANYONE, 200)),
    "xapi/<anything:resource>": dict.fromkeys(METHODS, (ANYONE, 404)),
    "oauth/token": _xapi(POST=(ANYONE, 200)),
    ".well-known/oauth-authorization-server": _plain("GET", "HEAD"),
    "attachments/<str:sha256>": _plain("GET", "HEAD", scopes=READS),
    "attachments/<slug:slug>/<str:sha256>": _plain("GET", "HEAD", scopes=NOBODY),
    "api/v1/hierarchy": _rest(),
    "api/v1/hierarchy/rules": _rest(PUT=(DEFINES, 200), DELETE=(DEFINES, 204)),
    "api/v1/nodes": _rest(POST=(DEFINES, 201)),
    "api/v1/nodes/<int:node_id>": _rest(PATCH=(DEFINES, 200), DELETE=(DEFINES, 204)),
    "api/v1/nodes/<int:node_id>/children": _rest(),
    "api/v1/nodes/<int:node_id>/ancestors": _rest(),
    "api/v1/nodes/<int:node_id>/tree": _rest(),
    "api/v1/nodes/<int:node_id>/statements": _rest(),
    "api/v1/nodes/<int:node_id>/statistics": _rest(),
    "api/v1/nodes/<int:node_id>/export": _rest(),
    "api/v1/<anything:resource>": dict.fromkeys(METHODS, (ANYONE, 404)),
    "api/openapi.json": _plain("GET", "HEAD", "OPTIONS"),
    "api/docs/": _plain("GET", "HEAD", "OPTIONS"),
}


def routes() -> set[str]:
    """Every address that the project answers, as its patterns write it."""
    return set(_routes(get_resolver().url_patterns, ""))


def _routes(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for entry in patterns:
        whole = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _routes(entry.url_patterns, whole)
        else:
            yield whole


def is_outside(route: str) -> bool:
    return route in OUTSIDE or any(route.startswith(start) for start in OUTSIDE if start)


@dataclass(frozen=True)
class Things:
    """What there is in a store: a node to change and delete, a stored attachment, and the name of the documents."""

    slug: str
    node_id: int
    sha256: str
    document: str = "one"


def address(route: str, method: str, things: Things) -> str:
    """A path of the route that is there in the store, with the parameters that the method needs."""
    path = "/" + (
        route.replace("<int:node_id>", str(things.node_id))
        .replace("<str:sha256>", things.sha256)
        .replace("<slug:slug>", things.slug)
        .replace("<anything:resource>", "there-is-no-such-thing")
    )
    query = _query(route, method, things)
    return f"{path}?{encoded(query)}" if query else path


def _query(route: str, method: str, things: Things) -> dict[str, Any]:
    name = "another" if method in ("PUT", "POST") else things.document
    match route, method:
        case "xapi/statements", "PUT":
            return {"statementId": new_id()}
        case "xapi/activities/state", _:
            return {"activityId": ACTIVITY, "agent": AGENT, "stateId": name}
        case "xapi/activities/profile", _:
            return {"activityId": ACTIVITY, "profileId": name}
        case "xapi/agents/profile", _:
            return {"agent": AGENT, "profileId": name}
        case "xapi/activities", _:
            return {"activityId": ACTIVITY}
        case "xapi/agents", _:
            return {"agent": AGENT}
    return {}


def rules(activity_type: str) -> dict[str, Any]:
    """Rules of a store's own: activities of this type are courses."""
    own = {"activity_type": activity_type, "level": "course", "session_kind": "", "slots": []}
    return {"types": [own], "kinds": []}


def body(route: str, method: str) -> dict[str, Any]:
    """What the method sends to the route, as the arguments of a request."""
    json_of: Any = None
    headers: dict[str, str] = {}
    match route, method:
        case "xapi/statements", "POST" | "PUT":
            json_of = a_statement()
        case "xapi/activities/state" | "xapi/activities/profile" | "xapi/agents/profile", _:
            if method in ("PUT", "POST"):
                json_of, headers = {"page": 1}, NEW
        case "api/v1/hierarchy/rules", "PUT":
            json_of = rules("https://escuela.example/types/workshop")
        case "api/v1/nodes", "POST":
            json_of = {"activity": f"https://escuela.example/{quote(new_id())}", "level": "course"}
        case "api/v1/nodes/<int:node_id>", "PATCH":
            json_of = {"names": {"es": "Otro nombre"}}
        case "oauth/token", "POST":
            return {
                "data": b"grant_type=client_credentials",
                "content_type": "application/x-www-form-urlencoded",
            }
    if json_of is None:
        return {}
    return {
        "data": json.dumps(json_of).encode(),
        "content_type": "application/json",
        "headers": headers,
    }


@contextmanager
def nothing_kept(route: str) -> Iterator[None]:
    """What is done to the route within is undone, so that the next request finds things as they were.

    But for statements: storing must be a transaction of its own, and a further statement is in nobody's way.
    """
    if route == "xapi/statements":
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
