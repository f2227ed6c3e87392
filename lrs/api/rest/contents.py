"""What is in a node: its statements, what they come to, and all of it as a file."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lrs.api.errors import ApiError
from lrs.api.rest.framework import checked_query, more_link, place_of
from lrs.api.rest.nodes import node_of
from lrs.api.rest.permissions import caller_of
from lrs.api.rest.serializers import ExportQuery, StatisticsQuery, StatisticsSerializer
from lrs.hierarchy.export import csv_lines, exported, json_lines
from lrs.hierarchy.statements import statements_of
from lrs.hierarchy.statistics import placed_through, statistics_of
from lrs.statements import replica
from lrs.statements.query import Page
from lrs.xapi import jsontext, parameters, timestamps

_NOT_HERE = frozenset(
    {"statementId", "voidedStatementId", "format", "attachments", "activity", "related_activities"}
)
CONSISTENT_THROUGH = "X-Experience-API-Consistent-Through"


class NodeStatements(APIView):
    """The statements of a node, and of what lies below it."""

    @extend_schema(
        operation_id="listNodeStatements", tags=["Hierarchy"], responses=OpenApiTypes.OBJECT
    )
    def get(self, request: Request, node_id: int) -> HttpResponse:
        """A page of them, newest first, by xAPI's own filters, but for those that ask for an activity or an id."""
        node = node_of(request, node_id)
        given = _once_each(request)
        place = place_of(request, given.pop("cursor", None))
        if unfit := given.keys() & _NOT_HERE:
            raise ApiError(400, "parameter", f"The parameter {min(unfit)!r} means nothing here.")
        query = parameters.parse(given, caller_of(request).default_version)
        most = settings.XAPI_MAX_PAGE
        limit = min(query.limit or most, most)

        def found(using: str) -> tuple[datetime | None, Page, int | None]:
            through = placed_through(
                node.store_id, using=using
            )  # before the query that it is sent with
            after = place.seq if place else None
            page = statements_of(node, query=query, limit=limit, after_seq=after, using=using)
            return through, page, replica.position(using) if page.next_seq is not None else None

        through, page, reached = replica.read(found, reached=place.reached if place else None).found
        more = jsontext.dumps(more_link(request, page.next_seq, reached=reached))
        body = b'{"statements":[' + b",".join(page.documents) + b'],"more":' + more + b"}"
        response = HttpResponse(body, content_type="application/json")
        if through is not None:
            response[CONSISTENT_THROUGH] = timestamps.render(through)
        return response


def _once_each(request: Request) -> dict[str, Any]:
    for name, values in request.query_params.lists():
        if len(values) > 1:
            raise ApiError(400, "parameter", f"The parameter {name!r} is given twice.")
    return request.query_params.dict()


class NodeStatistics(APIView):
    """What happened in a node."""

    @extend_schema(
        operation_id="getNodeStatistics",
        tags=["Hierarchy"],
        parameters=[StatisticsQuery],
        responses=StatisticsSerializer,
    )
    def get(self, request: Request, node_id: int) -> Response:
        """Statements, learners, interactions by kind, first and last, average score and completions."""
        asked = checked_query(request, StatisticsQuery)
        node = node_of(request, node_id)
        through = placed_through(node.store_id)
        found = asdict(statistics_of(node, below=asked["below"]))
        return Response(StatisticsSerializer({**found, "through": through}).data)


class NodeExport(APIView):
    """All statements of a node as a file that keeps the hierarchy."""

    @extend_schema(
        operation_id="exportNode",
        tags=["Hierarchy"],
        parameters=[ExportQuery],
        responses={
            (200, "application/x-ndjson"): OpenApiTypes.STR,
            (200, "text/csv"): OpenApiTypes.STR,
        },
    )
    def get(self, request: Request, node_id: int) -> StreamingHttpResponse:
        """JSON Lines, or CSV for spreadsheets; oldest first, streamed."""
        asked = checked_query(request, ExportQuery)
        statements = exported(node_of(request, node_id))
        if asked["format"] == "csv":
            lines, kind = csv_lines(statements, language=asked["language"]), "text/csv"
        else:
            lines, kind = json_lines(statements), "application/x-ndjson"
        response = StreamingHttpResponse(lines, content_type=f"{kind}; charset=utf-8")
        name = f"node-{node_id}.{asked['format']}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
