"""What a credential may do here."""

from typing import TYPE_CHECKING, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from lrs.api.authentication import demand
from lrs.stores.selectors import Caller

if TYPE_CHECKING:  # DRF's views import this module by the settings
    from rest_framework.views import APIView

READING = ("all/read", "statements/read")
WRITING = ("define",)


def caller_of(request: Request) -> Caller:
    """The credential that asks. Precondition: StoreAuthentication let it through."""
    return cast("Caller", request.auth)


class HasScope(BasePermission):
    """GET needs a scope to read the store, all else one to define what is in it."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        reads = request.method in ("GET", "HEAD", "OPTIONS")
        scopes = READING if reads else WRITING
        demand(caller_of(request), *scopes)
        return True
