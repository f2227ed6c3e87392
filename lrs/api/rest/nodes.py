"""Courses, classes and sessions: declare, change, delete, list, and look up and down the tree."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lrs.api.errors import ApiError
from lrs.api.rest.framework import checked_query, more_link, place_of
from lrs.api.rest.permissions import caller_of
from lrs.api.rest.serializers import (
    BranchSerializer,
    ChangeSerializer,
    ChildrenQuery,
    CreationSerializer,
    NodeListQuery,
    NodePageSerializer,
    NodeSerializer,
    NoQuery,
    TreeQuery,
    nodes_data,
    tree_data,
)
from lrs.hierarchy import selectors, services
from lrs.hierarchy.services import Declaration
from lrs.hierarchy.types import Level, SessionKind
from lrs.models import Node


def node_of(request: Request, node_id: int) -> Node:
    """The node of the caller's store. Raises ApiError (404), for a node of another store too."""
    try:
        return selectors.get_node(store_id=caller_of(request).store_id, node_id=node_id)
    except Node.DoesNotExist:
        raise unknown(node_id) from None


def unknown(node_id: int) -> ApiError:
    return ApiError(404, "unknown-node", f"There is no node {node_id} in this store.")


def _after(request: Request, asked: Mapping[str, Any]) -> int:
    place = place_of(request, asked.get("cursor"))
    return place.seq if place else 0


def _declaration(data: Mapping[str, Any]) -> Declaration:
    said = {name: value for name, value in data.items() if name != "activity"}
    if "level" in said:
        said["level"] = Level(said["level"])
    if said.get("session_kind"):
        said["session_kind"] = SessionKind(said["session_kind"])
    return Declaration.of(**said)


class Nodes(APIView):
    """The nodes of the store."""

    @extend_schema(
        operation_id="listNodes",
        tags=["Hierarchy"],
        parameters=[NodeListQuery],
        responses=NodePageSerializer,
    )
    def get(self, request: Request) -> Response:
        """List nodes in the order of their numbers, a page at a time."""
        asked = checked_query(request, NodeListQuery)
        origin = asked.get("origin")
        page = selectors.find_nodes(
            store_id=caller_of(request).store_id,
            level=asked.get("level"),
            declared=None if origin is None else origin == "declared",
            parent_id=asked.get("parent"),
            top=asked.get("top", False),
            activity=asked.get("activity"),
            search=asked.get("search"),
            after_id=_after(request, asked),
            limit=asked["limit"],
        )
        return _page(request, page)

    @extend_schema(
        operation_id="createNode",
        tags=["Hierarchy"],
        request=CreationSerializer,
        responses={201: NodeSerializer},
    )
    def post(self, request: Request) -> Response:
        """Declare a course, class or session. One that was discovered already is taken over."""
        checked_query(request, NoQuery)
        form = CreationSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        node = services.create_node(
            store_id=caller_of(request).store_id,
            iri=form.validated_data["activity"],
            declaration=_declaration(form.validated_data),
        )
        return Response(
            NodeSerializer(node).data,
            status.HTTP_201_CREATED,
            headers={"Location": reverse("rest:node", args=[node.pk])},
        )


class OneNode(APIView):
    """A node."""

    @extend_schema(operation_id="getNode", tags=["Hierarchy"], responses=NodeSerializer)
    def get(self, request: Request, node_id: int) -> Response:
        """The node itself."""
        checked_query(request, NoQuery)
        return Response(NodeSerializer(node_of(request, node_id)).data)

    @extend_schema(
        operation_id="changeNode",
        tags=["Hierarchy"],
        request=ChangeSerializer,
        responses=NodeSerializer,
    )
    def patch(self, request: Request, node_id: int) -> Response:
        """Change what is said of the node; what is left out stays. A discovered node becomes a declared one."""
        checked_query(request, NoQuery)
        node_of(request, node_id)
        form = ChangeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        node = services.change_node(
            store_id=caller_of(request).store_id,
            node_id=node_id,
            declaration=_declaration(form.validated_data),
        )
        return Response(NodeSerializer(node).data)

    @extend_schema(operation_id="deleteNode", tags=["Hierarchy"], responses={204: None})
    def delete(self, request: Request, node_id: int) -> Response:
        """Delete a declared node that holds neither nodes nor statements."""
        checked_query(request, NoQuery)
        node_of(request, node_id)
        services.delete_node(store_id=caller_of(request).store_id, node_id=node_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Children(APIView):
    """What lies directly in a node."""

    @extend_schema(
        operation_id="listChildren",
        tags=["Hierarchy"],
        parameters=[ChildrenQuery],
        responses=NodePageSerializer,
    )
    def get(self, request: Request, node_id: int) -> Response:
        """The children, a page at a time."""
        asked = checked_query(request, ChildrenQuery)
        node = node_of(request, node_id)
        page = selectors.find_nodes(
            store_id=node.store_id,
            parent_id=node.pk,
            after_id=_after(request, asked),
            limit=asked["limit"],
        )
        return _page(request, page)


class Ancestors(APIView):
    """What a node lies in."""

    @extend_schema(operation_id="listAncestors", tags=["Hierarchy"], responses=NodePageSerializer)
    def get(self, request: Request, node_id: int) -> Response:
        """The nodes above, the nearest first."""
        checked_query(request, NoQuery)
        above = selectors.ancestors_of(node_of(request, node_id))
        return Response({"nodes": nodes_data(above), "more": ""})


class Tree(APIView):
    """A node with what lies below it."""

    @extend_schema(
        operation_id="getTree",
        tags=["Hierarchy"],
        parameters=[TreeQuery],
        responses=BranchSerializer,
    )
    def get(self, request: Request, node_id: int) -> Response:
        """The tree, `depth` levels down and no more than `limit` nodes; `holds` counts what there is in each."""
        asked = checked_query(request, TreeQuery)
        branch = selectors.tree_of(
            node_of(request, node_id), depth=asked["depth"], limit=asked["limit"]
        )
        return Response(tree_data(branch))


def _page(request: Request, page: selectors.NodePage) -> Response:
    return Response(
        {
            "nodes": nodes_data(page.nodes),
            "more": more_link(request, page.next_id),
        }
    )
