"""schemathesis asks a running Keiko what the OpenAPI document allows, and much that it forbids.

Every answer must be one that the document describes, and none a fault of the server. CI asks the same requests each
time; with KEIKO_FUZZ_EXAMPLES=2000 that many are asked of each operation, others every time (CONTRIBUTING.md).
"""

import copy
import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import schemathesis
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig

from lrs.xapi.versions import V1, V2
from tests.clients.running import RunningKeiko, running_keiko
from tests.lrs.conftest import basic

EXAMPLES = int(os.environ.get("KEIKO_FUZZ_EXAMPLES", "0"))
THOROUGH = settings(
    max_examples=EXAMPLES or 20,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
METHODS = ("get", "put", "post", "delete", "patch")
# The store's nodes: those that are asked for, and those that are there to be deleted.
NODES = range(1, 11)
DELETED = range(NODES.stop, NODES.stop + max(50, EXAMPLES))

load_all_checks()
_LEFT_OUT = {
    # There are rules that a schema cannot state, such as February having 29 days. `accepted` asks for less.
    "positive_data_acceptance",
    # Three more requests for each that is accepted; a test below asks it once of each operation.
    "ignored_auth",
}
CHECKED = [check for check in CHECKS.get_all() if check.__name__ not in _LEFT_OUT]

_PREPARE = """
import django, json
django.setup()
from lrs.stores.services import create_store, issue_credential
store = create_store(slug="fuzz", name="Fuzz", default_version="1.0.3")
issued = issue_credential(store=store, label="fuzz", scopes=["all"])
print(json.dumps([issued.key, issued.secret]))
"""

DOCUMENT: dict[str, Any] = json.loads(
    json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str)
)
# The rest is held by test_others.py: without a log, an attachment and a form that fit, no request would be accepted.
DOCUMENT["paths"] = {
    path: methods
    for path, methods in DOCUMENT["paths"].items()
    if path.startswith(("/xapi/", "/api/v1/"))
}
OPERATIONS = [(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods]


def narrowed(version: str) -> dict[str, Any]:
    """The document as it reads for requests of one version, with the numbers of nodes that there are.

    Otherwise most requests would be refused for a number that no node has, or a statement of the other version.
    """
    found = copy.deepcopy(DOCUMENT)
    parts = found["components"]
    named, prefix = (r"^1\.0(\.[0-9]{1,3})?$", "Xapi1") if version == V1 else (
        r"^2\.0(\.[0-9]{1,3})?$", "Xapi2"
    )  # fmt: skip
    parts["parameters"]["Version"] |= {
        "schema": {"type": "string", "pattern": named},
        "example": version,
    }
    parts["schemas"]["Statement"] = {"$ref": f"#/components/schemas/{prefix}Statement"}
    if version == V1:  # which keeps no documents of a group
        parts["parameters"]["agent"] = parts["parameters"]["person"]
    for path, method in OPERATIONS:
        for each in found["paths"][path][method].get("parameters", ()):
            if each.get("name") == "node_id":
                ids = DELETED if method == "delete" else NODES
                each["schema"] = {"type": "integer", "minimum": ids[0], "maximum": ids[-1]}
    return found


def schema_of(version: str) -> Any:
    config = SchemathesisConfig()
    project = config.projects.default
    # Each combination of each keyword: of a statement's schema that takes minutes.
    project.phases.coverage.enabled = False
    refused = project.checks.negative_data_rejection
    refused.expected_statuses = [*refused.expected_statuses, "412", "413", "414"]
    return schemathesis.openapi.from_dict(narrowed(version), config=config)


@pytest.fixture(scope="module")
def keiko(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningKeiko]:
    with running_keiko(tmp_path_factory.mktemp("fuzz")) as running:
        yield running


@pytest.fixture(scope="module")
def authorized(keiko: RunningKeiko) -> dict[str, str]:
    """The header of a credential that may do everything in a store with nodes."""
    headers = {"Authorization": basic(*json.loads(keiko.python(_PREPARE)))}
    with requests.Session() as session:
        for number in range(1, DELETED.stop):
            node = {"activity": f"https://escuela.example/{number}", "level": "course"}
            made = session.post(f"{keiko.url}/api/v1/nodes", json=node, headers=headers)
            assert made.json()["id"] == number
    return headers


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


@pytest.fixture
def accepted() -> Iterator[list[bool]]:
    """Whether each request that the document allows was answered with success.

    Of one operation, one in twenty was: a server that refuses everything would otherwise pass.
    """
    found: list[bool] = []
    yield found
    assert sum(found) >= max(1, len(found) / 20), f"{sum(found)} of {len(found)} were accepted."


@pytest.fixture
def ask(
    keiko: RunningKeiko,
    authorized: dict[str, str],
    session: requests.Session,
    accepted: list[bool],
) -> Callable[[Case], None]:
    """Sends a request of schemathesis and checks the answer."""

    def send(case: Case) -> None:
        allowed = case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE
        agent = case.query.get("agent")
        if allowed and isinstance(agent, str) and agent.startswith('"'):
            case.query["agent"] = json.loads(agent)  # schemathesis writes it as JSON twice at times
        if allowed and len(accepted) % 2:
            case.headers.pop("If-Match", None)  # which by chance alone never matches
        response = case.call(base_url=keiko.url, session=session, headers=authorized)
        if allowed:
            accepted.append(response.status_code < 300)
        # A number beyond those of `narrowed` is no mistake: a node that this test made may have it.
        may_exist = str(case.path_parameters.get("node_id", "")).isdigit()
        left_out = [CHECKS.get_one("negative_data_rejection")] if may_exist else []
        case.validate_response(
            response, checks=CHECKED, excluded_checks=left_out, headers=authorized
        )

    return send


@schema_of(V1).parametrize()
@THOROUGH
def test_every_answer_is_as_described(case: Case, ask: Callable[[Case], None]) -> None:
    ask(case)


@schema_of(V2).include(path_regex="^/xapi/").parametrize()
@THOROUGH
def test_every_answer_of_xapi_2_is_as_described(case: Case, ask: Callable[[Case], None]) -> None:
    ask(case)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
@pytest.mark.parametrize("headers", [{}, {"Authorization": basic("nobody", "nothing")}])
def test_no_operation_but_about_is_open_to_strangers(
    keiko: RunningKeiko, session: requests.Session, path: str, method: str, headers: dict[str, str]
) -> None:
    given = {**headers, "X-Experience-API-Version": V1}
    url = keiko.url + path.format(node_id=1)
    response = session.request(method, url, headers=given, timeout=20)
    assert response.status_code == (200 if path == "/xapi/about" else 401)


@pytest.mark.parametrize("path", DOCUMENT["paths"])
def test_a_method_that_is_not_described_is_refused_by_name(
    keiko: RunningKeiko, authorized: dict[str, str], session: requests.Session, path: str
) -> None:
    given = {**authorized, "X-Experience-API-Version": V1}
    described = DOCUMENT["paths"][path].keys() & set(METHODS)
    for method in set(METHODS) - described:
        url = keiko.url + path.format(node_id=1)
        response = session.request(method, url, headers=given, timeout=20)
        assert response.status_code == 405
        assert response.json()["error"]["message"]
        allowed = {each.strip().lower() for each in response.headers["Allow"].split(",")}
        assert allowed & set(METHODS) == described


def test_an_address_that_is_too_long_is_refused_as_described(
    keiko: RunningKeiko, authorized: dict[str, str], session: requests.Session
) -> None:
    given = {**authorized, "X-Experience-API-Version": V1}
    for path, status in (("/xapi/activities", "414"), ("/api/v1/nodes", "414")):
        response = session.get(f"{keiko.url}{path}?x={'x' * 65_535}", headers=given, timeout=20)
        assert (str(response.status_code), response.content) == (status, b"")
        assert status in DOCUMENT["paths"][path]["get"]["responses"]
