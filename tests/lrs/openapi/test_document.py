"""The OpenAPI document is well-formed, and describes what there is."""

import json
from typing import Any

import jsonschema
import pytest
from django.test import Client
from django.urls import get_resolver

from lrs.api.openapi import components, examples
from lrs.api.openapi.merge import add_xapi
from lrs.api.rest.rules import rules_from
from lrs.api.rest.serializers import RulesSerializer
from lrs.hierarchy.rule_services import check
from lrs.xapi import statements
from lrs.xapi.versions import V1, V2
from tests.lrs.conftest import a_statement

METHODS = {"get", "put", "post", "delete", "patch"}


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    """The reader's page names static files that only `collectstatic` would have made."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    response = client.get("/api/openapi.json")
    assert response.status_code == 200
    found: dict[str, Any] = json.loads(response.content)
    return found


def _references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(_references(item) for item in value.values()))
    if isinstance(value, list):
        return set().union(*(_references(item) for item in value))
    return set()


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    references = _references(document)
    assert len(references) > 50
    for reference in references:
        found: Any = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


def test_every_xapi_route_is_described_and_no_other(document: dict[str, Any]) -> None:
    described = {path for path in document["paths"] if path.startswith("/xapi/")}
    routes = next(
        entry.url_patterns for entry in get_resolver().url_patterns if str(entry.pattern) == "xapi/"
    )
    real = {f"/xapi/{entry.pattern}" for entry in routes if entry.name}
    assert described == real


def test_the_described_methods_are_those_that_a_resource_allows(
    document: dict[str, Any], client: Client
) -> None:
    for path, operations in document["paths"].items():
        if path.startswith("/xapi/"):
            allowed = client.options(path)["Allow"]
            said = {method.strip().lower() for method in allowed.split(",")}
            assert operations.keys() & METHODS == said & METHODS, path


@pytest.mark.parametrize("version", [V1, V2])
@pytest.mark.parametrize("statement", [examples.STATEMENT, examples.VOIDING, *examples.BATCH])
def test_the_examples_are_statements_of_both_versions(version: str, statement: Any) -> None:
    statements.validate(statement, version)


@pytest.mark.parametrize("name", ["Xapi1Statement", "Xapi2Statement"])
def test_the_translated_schema_still_tells_a_statement_from_none(name: str) -> None:
    """The server checks by draft 7; a client's tools by what OpenAPI 3.1 has of it."""
    whole = add_xapi({})
    validator = jsonschema.Draft202012Validator({**whole, "$ref": f"#/components/schemas/{name}"})
    assert validator.is_valid(a_statement())
    assert validator.is_valid(examples.STATEMENT)
    assert not validator.is_valid(a_statement(actor=None))
    assert not validator.is_valid(a_statement(colour="red"))
    half = {"type": "http://adlnet.gov/expapi/activities/cmi.interaction", "choices": []}
    assert not validator.is_valid(
        a_statement(object={"id": "https://a.example/1", "definition": half})
    )


def test_the_parameters_that_are_described_are_those_that_are_known() -> None:
    from lrs.xapi.parameters import _NAMES

    assert {each["name"] for each in components.STATEMENT_FILTERS} == _NAMES


def test_the_reader_runs_no_inline_script(client: Client) -> None:
    response = client.get("/api/docs/")
    assert response.status_code == 200
    assert b"<script>" not in response.content
    assert "'unsafe-inline'" not in _script_policy(response["Content-Security-Policy"])


def _script_policy(policy: str) -> str:
    parts = {part.split()[0]: part for part in policy.split(";")}
    return parts.get("script-src", parts["default-src"])


def test_the_examples_of_rules_are_rules(document: dict[str, Any]) -> None:
    operation = document["paths"]["/api/v1/hierarchy/rules"]["put"]
    (example,) = operation["requestBody"]["content"]["application/json"]["examples"].values()
    form = RulesSerializer(data=example["value"])
    assert form.is_valid(), form.errors
    check(rules_from(form.validated_data))


def _checked_by(name: str, document: dict[str, Any]) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator({**document, "$ref": f"#/components/schemas/{name}"})


def test_a_node_is_described_as_strictly_as_it_is_read(document: dict[str, Any]) -> None:
    node = {"activity": "https://a.example/1", "level": "course", "names": {"es": "Álgebra"}}
    described = _checked_by("Creation", document)
    assert described.is_valid(node)
    for wrong in ({"activity": "no IRI"}, {"names": {"not a language": "x"}}, {"colour": "red"}):
        assert not described.is_valid(node | wrong)


def test_an_agent_is_described_as_it_is_read() -> None:
    person = {"mbox": "mailto:ana@escuela.example"}
    group = {"objectType": "Group", "mbox": "mailto:class@escuela.example"}
    anonymous = {"objectType": "Group", "member": [person]}
    found = {
        name: [
            _checked_by(name, add_xapi({})).is_valid(each) for each in (person, group, anonymous)
        ]
        for name in ("Agent", "AgentOrGroup")
    }
    assert found == {"Agent": [True, False, False], "AgentOrGroup": [True, True, False]}


def test_a_document_is_described_as_any_json(document: dict[str, Any]) -> None:
    for path in ("activities/state", "activities/profile", "agents/profile"):
        operations = document["paths"][f"/xapi/{path}"]
        kept = operations["put"]["requestBody"]["content"]["application/json"]["schema"]
        read = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        for value in ({}, [], "text", 1, None):
            assert jsonschema.Draft202012Validator(kept).is_valid(value)
            assert jsonschema.Draft202012Validator(read).is_valid(value)


def test_a_node_that_is_not_empty_is_described_as_a_conflict(document: dict[str, Any]) -> None:
    assert "409" in document["paths"]["/api/v1/nodes/{node_id}"]["delete"]["responses"]
