"""The activities resource (Communication 2.5)."""

from django.http import HttpResponse

from lrs.activities.selectors import find_definition
from lrs.api.conditional import tagged
from lrs.api.errors import ApiError, json_response
from lrs.api.http import XapiRequest, needs_scope, xapi_endpoint
from lrs.xapi import parameters


@needs_scope("statements/read", "all/read")
def get(request: XapiRequest) -> HttpResponse:
    given = request.parameters
    iri = parameters.iri_of(given, "activityId")
    if given.keys() != {"activityId"} or not iri:
        raise ApiError(400, "parameter", "Activities takes exactly one parameter: activityId.")
    activity: dict[str, object] = {"objectType": "Activity", "id": iri}
    definition = find_definition(store_id=request.caller.store_id, iri=iri)
    if definition:
        activity["definition"] = definition
    return tagged(request.django, json_response(activity))


activities = xapi_endpoint(GET=get)
