"""What is asked for and not there is said in JSON, and never with a success."""

import pytest
from django.test import Client


@pytest.mark.parametrize("resource", ["xapi/statements", "extensions", "activities/states", "x"])
@pytest.mark.parametrize("method", ["get", "put", "post", "delete"])
def test_a_mistyped_endpoint_is_a_404_in_json_that_says_how_it_ends(resource, method):
    response = getattr(Client(), method)(f"/xapi/{resource}")
    assert response.status_code == 404
    assert "/xapi" in response.json()["error"]["advice"]
    assert response["Access-Control-Allow-Origin"] == "*"
