"""The addresses below /api/v1/."""

from django.urls import path

from lrs.api.rest import contents, hierarchy, nodes, rules
from lrs.api.rest.framework import nothing_here

app_name = "rest"

urlpatterns = [
    path("hierarchy", hierarchy.Hierarchy.as_view(), name="hierarchy"),
    path("hierarchy/rules", rules.OwnRulesOfStore.as_view(), name="rules"),
    path("nodes", nodes.Nodes.as_view(), name="nodes"),
    path("nodes/<int:node_id>", nodes.OneNode.as_view(), name="node"),
    path("nodes/<int:node_id>/children", nodes.Children.as_view(), name="children"),
    path("nodes/<int:node_id>/ancestors", nodes.Ancestors.as_view(), name="ancestors"),
    path("nodes/<int:node_id>/tree", nodes.Tree.as_view(), name="tree"),
    path("nodes/<int:node_id>/statements", contents.NodeStatements.as_view(), name="statements"),
    path("nodes/<int:node_id>/statistics", contents.NodeStatistics.as_view(), name="statistics"),
    path("nodes/<int:node_id>/export", contents.NodeExport.as_view(), name="export"),
    path("<anything:resource>", nothing_here),
]
