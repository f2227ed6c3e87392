"""What is asked for and not there is said in JSON, and never with a success."""

import pytest
from django.test import Client


@pytest.mark.parametrize("resource", ["activities/state", "agents/profile", "activities", "agents"])
@pytest.mark.parametrize("method", ["get", "put", "post", "delete"])
def test_a_resource_that_is_still_to_come_says_that_it_is_not_available(resource, method):
    response = getattr(Client(), method)(f"/xapi/{resource}?stateId=1")
    assert response.status_code == 501
    error = response.json()["error"]
    assert error["code"] == "not-available"
    assert resource in error["message"]
    assert error["advice"]


def test_a_mistyped_endpoint_is_a_404_in_json_that_says_how_it_ends():
    response = Client().post("/xapi/xapi/statements", "[]", content_type="application/json")
    assert response.status_code == 404
    assert "/xapi" in response.json()["error"]["advice"]
