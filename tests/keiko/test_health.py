import psycopg
import pytest
from django.db import OperationalError, connection


@pytest.mark.django_db
def test_health_is_said_while_the_database_answers(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"database": "reachable"})


@pytest.mark.django_db
def test_an_unreachable_database_is_503(client, monkeypatch):
    def refuse():
        raise OperationalError from psycopg.OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"database": "unreachable"})
