"""A store's own rules of discovery: read, replace, reset."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lrs.api.rest.framework import checked_query
from lrs.api.rest.permissions import caller_of
from lrs.api.rest.serializers import NoQuery, RulesSerializer
from lrs.hierarchy.rule_services import (
    OwnKindRule,
    OwnRules,
    OwnTypeRule,
    own_rules,
    replace_rules,
    reset_rules,
)
from lrs.hierarchy.types import Kind, Level, SessionKind, Slot

_EXAMPLE = OpenApiExample(
    "A workshop is a session of study, where it is the statement's parent",
    value={
        "types": [
            {
                "activity_type": "https://school.example/types/workshop",
                "level": "session",
                "session_kind": "study",
                "slots": ["object", "parent"],
            },
            {
                "activity_type": "http://adlnet.gov/expapi/activities/lesson",
                "level": "",
                "session_kind": "",
                "slots": [],
            },
        ],
        "kinds": [
            {
                "verb": "practised",
                "activity_type": "https://school.example/types/workshop",
                "kind": "exercise",
            }
        ],
    },
)


class OwnRulesOfStore(APIView):
    """The rules in which the store differs from the built-in table."""

    @extend_schema(
        operation_id="getRules",
        tags=["Hierarchy"],
        responses=RulesSerializer,
        examples=[_EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        """The store's own rules, as PUT takes them. Those in force, built in or its own, are at `/api/v1/hierarchy`."""
        checked_query(request, NoQuery)
        return Response(_data(own_rules(store_id=caller_of(request).store_id)))

    @extend_schema(
        operation_id="replaceRules",
        tags=["Hierarchy"],
        request=RulesSerializer,
        responses=RulesSerializer,
        examples=[_EXAMPLE],
    )
    def put(self, request: Request) -> Response:
        """Make these the store's own rules, instead of those that it had.

        The answer does not wait for what is stored: every statement is placed again by the new rules, in steps that
        can be interrupted; `/api/v1/hierarchy` says how far (`reapplying`, `done`).
        """
        checked_query(request, NoQuery)
        form = RulesSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        store_id = caller_of(request).store_id
        replace_rules(store_id=store_id, rules=rules_from(form.validated_data))
        return Response(_data(own_rules(store_id=store_id)))

    @extend_schema(operation_id="resetRules", tags=["Hierarchy"], responses={204: None})
    def delete(self, request: Request) -> Response:
        """Go back to the built-in table. What is stored is placed again, as after PUT."""
        checked_query(request, NoQuery)
        reset_rules(store_id=caller_of(request).store_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


def rules_from(data: dict[str, Any]) -> OwnRules:
    """The rules of a valid RulesSerializer, not checked for sense."""
    return OwnRules(
        types=[
            OwnTypeRule(
                activity_type=rule["activity_type"],
                level=Level(rule["level"]) if rule["level"] else None,
                session_kind=SessionKind(rule["session_kind"]) if rule["session_kind"] else None,
                slots=frozenset(map(Slot, rule["slots"])),
            )
            for rule in data["types"]
        ],
        kinds=[
            OwnKindRule(rule["verb"], rule["activity_type"], Kind(rule["kind"]))
            for rule in data["kinds"]
        ],
    )


def _data(rules: OwnRules) -> dict[str, Any]:
    return {
        "types": [
            {
                "activity_type": rule.activity_type,
                "level": rule.level or "",
                "session_kind": rule.session_kind or "",
                "slots": sorted(rule.slots),
            }
            for rule in rules.types
        ],
        "kinds": [
            {"verb": rule.verb, "activity_type": rule.activity_type, "kind": rule.kind}
            for rule in rules.kinds
        ],
    }
