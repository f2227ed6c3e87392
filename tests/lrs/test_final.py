"""A stored statement is final: the database itself refuses to change it."""

import pytest
from django.db import IntegrityError, transaction

from lrs.models import Statement
from tests.lrs.conftest import a_statement


@pytest.mark.parametrize(
    "change",
    [
        {"document": b"{}"},
        {"encoding": 1},
        {"stored": "2001-01-01T00:00:00Z"},
        {"timestamp": "2001-01-01T00:00:00Z"},
        {"id": "1f0e2c3d-0000-4000-8000-00000000abcd"},
        {"actor_id": 12345},
        {"voided": True, "document": b"{}"},
        {"registration": "1f0e2c3d-0000-4000-8000-00000000abcd"},
    ],
)
def test_an_update_of_anything_but_voided_is_refused(xapi, change):
    xapi.post(a_statement())
    with pytest.raises(IntegrityError, match="final"), transaction.atomic():
        Statement.objects.update(**change)


def test_the_voided_mark_may_change(xapi):
    xapi.post(a_statement())
    assert Statement.objects.update(voided=True) == 1
