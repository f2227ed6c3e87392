"""Whether this server can do its work, for the launcher and for load balancers."""

from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from lrs.statements import replica


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, 503 when it does not. Nothing else is claimed.

    A replica is told of, and changes nothing: without it the primary answers.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        status = replica.status()
    except DatabaseError:
        return JsonResponse({"database": "unreachable"}, status=503)
    said: dict[str, Any] = {"database": "reachable"}
    if status is not None:
        said["replica"] = {
            "in_use": status.in_use,
            "why": status.why,
            "bytes_behind": status.behind,
        }
    return JsonResponse(said)
