"""What programs ask for is answered to programs, whatever the address holds."""

import pytest

NOWHERE = ["/xapi/statements%0A", "/xapi/a%0Ab", "/xapi/a%0D%0Ab%00c", "/api/v1/a%0Ab", "/api/v1/nodes/1%0A",
           "/api/v1/nodes/a%0Ab/ancestors", "/log/a%0Ab"]  # fmt: skip


@pytest.mark.parametrize("address", NOWHERE)
def test_an_address_with_a_line_break_is_not_found_as_json(client, db, address):
    response = client.get(address)
    assert response.status_code == 404
    assert response["Content-Type"].startswith("application/json")
    assert response.json()


@pytest.mark.parametrize("address", ["/log/tile/0/a%0Ab", "/log/tile/0/000%0A"])
def test_a_tile_with_a_line_break_is_no_tile(client, db, address):
    response = client.get(address)
    assert response.status_code == 400
    assert response.json()
