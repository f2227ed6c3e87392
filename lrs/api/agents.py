"""The agents resource (Communication 2.4)."""

from django.http import HttpResponse

from lrs.agents.selectors import names_of
from lrs.api.conditional import tagged
from lrs.api.errors import ApiError, json_response
from lrs.api.http import XapiRequest, needs_scope, xapi_endpoint
from lrs.xapi import parameters
from lrs.xapi.actors import identifier, person


@needs_scope("statements/read", "all/read")
def get(request: XapiRequest) -> HttpResponse:
    given = request.parameters
    if given.keys() != {"agent"}:
        raise ApiError(400, "parameter", "Agents takes exactly one parameter: agent.")
    agent = parameters.agent_of(given, request.version)
    if agent is None or agent.get("objectType") == "Group":
        raise ApiError(
            400,
            "parameter",
            "agent is a group, or a person.",
            advice='Send one agent, such as {"mbox":"mailto:a@b.org"}.',
        )
    names = names_of(store_id=request.caller.store_id, identifier=identifier(agent) or "")
    return tagged(request.django, json_response(person(agent, names)))


agents = xapi_endpoint(GET=get)
