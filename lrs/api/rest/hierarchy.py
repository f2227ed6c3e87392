"""The hierarchy of a store as a whole: its rules, and how far they have been applied."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lrs.api.rest.framework import checked_query
from lrs.api.rest.permissions import caller_of
from lrs.api.rest.serializers import HierarchySerializer, NoQuery
from lrs.hierarchy.progress import progress_of
from lrs.hierarchy.ruleset import kind_lines, type_lines


class Hierarchy(APIView):
    """Rules and progress."""

    @extend_schema(operation_id="getHierarchy", tags=["Hierarchy"], responses=HierarchySerializer)
    def get(self, request: Request) -> Response:
        """The rules in force, built in or of this store, and up to when statements have their place by them."""
        checked_query(request, NoQuery)
        store_id = caller_of(request).store_id
        progress = progress_of(store_id)
        found = {
            "through": progress.through,
            "reapplying": progress.reapplying,
            "done": progress.done,
            "types": type_lines(store_id),
            "kinds": kind_lines(store_id),
        }
        return Response(HierarchySerializer(found).data)
