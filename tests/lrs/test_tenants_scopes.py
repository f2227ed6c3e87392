"""Scopes are a table; Django REST Framework learns who asks as xAPI's own endpoints do."""

import json

import pytest
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lrs.api.authentication import StoreAuthentication
from lrs.stores.scopes import IMPLIES, MEANINGS, SCOPES, expand, openers
from tests.lrs.conftest import Xapi, basic, issued_for


class WhoAsks(APIView):
    authentication_classes = (StoreAuthentication,)
    permission_classes = ()

    def get(self, request: Request) -> Response:
        return Response({"store": request.auth.store_id, "scopes": sorted(request.auth.scopes)})


urlpatterns = [path("who", WhoAsks.as_view())]


def test_every_scope_has_a_meaning_and_implies_only_scopes_that_there_are():
    assert MEANINGS.keys() == IMPLIES.keys()
    assert frozenset().union(*IMPLIES.values()) <= SCOPES


@pytest.mark.parametrize(
    ("granted", "may"),
    [
        (["all"], SCOPES),
        (["all/read"], {"all/read", "statements/read", "statements/read/mine"}),
        (["statements/read"], {"statements/read", "statements/read/mine"}),
        (["statements/write", "state"], {"statements/write", "state"}),
        ([], set()),
        (["All", "all "], set()),
    ],
)
def test_a_scope_brings_what_it_implies_and_no_more(granted, may):
    assert expand(granted) == may


def test_a_refusal_can_name_every_scope_that_would_open():
    assert openers(["statements/read/mine"]) == [
        "statements/read",
        "statements/read/mine",
        "all/read",
        "all",
    ]
    assert openers(["define"]) == ["define", "all"]


@pytest.mark.urls("tests.lrs.test_tenants_scopes")
def test_a_view_of_django_rest_framework_knows_the_store_and_the_scopes(store, client):
    issued = issued_for(store, "statements/read")
    response = Xapi(basic(issued.key, issued.secret)).request("GET", "/who")
    assert json.loads(response.content) == {
        "store": store.pk,
        "scopes": ["statements/read", "statements/read/mine"],
    }


@pytest.mark.urls("tests.lrs.test_tenants_scopes")
@pytest.mark.parametrize("authorization", ["Basic eDp5", "Basic !", "Nonsense", None])
def test_a_view_of_django_rest_framework_refuses_whoever_opens_no_store(db, authorization):
    response = Xapi(authorization).request("GET", "/who")
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Basic ")
