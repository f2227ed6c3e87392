"""The page of the log for people."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from anchoring import checkpoints, sequencer
from anchoring.core.report import Outcome
from anchoring.models import MonitorRun
from tests.anchoring.conftest import StoreStatements

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain_files(settings: Settings) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


def page_of(client: Client, language: str = "en") -> str:
    response = client.get("/log/", {"lang": language})
    assert response.status_code == 200
    assert response["Content-Language"] == language
    assert response["Cache-Control"] == "public, max-age=10"
    assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", "))
    assert not response.cookies
    return response.content.decode()


def looked(outcome: Outcome) -> None:
    now = timezone.now()
    MonitorRun.objects.create(
        begun=now - timedelta(minutes=1), finished=now, outcome=outcome, size=2,
        checks=[], findings=[], more=0,
    )  # fmt: skip


def test_it_shows_size_key_and_how_to_watch(
    client: Client, store_statements: StoreStatements, settings: Settings
) -> None:
    store_statements(2)
    sequencer.sequence()
    checkpoints.publish()
    store_statements(1)
    page = page_of(client)
    assert "<dt>Records in the log</dt><dd>2</dd>" in page
    assert "<dt>Waiting to enter it</dt><dd>1</dd>" in page
    assert checkpoints.verifier_key() in page
    assert f"keiko-verify monitor {settings.PUBLIC_URL}/log --trust trust.json" in page
    assert "Nothing is anchored yet." in page


def test_it_is_there_before_the_first_record_and_in_spanish(client: Client) -> None:
    assert "Aún no hemos revisado el registro entero." in page_of(client, "es")


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.PASSED, "2 records, none changed."),
        (Outcome.FAILED, "It found that something was changed."),
        (Outcome.COULD_NOT_CHECK, "the chain could not be asked."),
    ],
)
def test_it_says_what_the_operator_s_monitor_last_found(
    client: Client, outcome: Outcome, words: str
) -> None:
    looked(Outcome.PASSED if outcome is not Outcome.PASSED else Outcome.FAILED)
    looked(outcome)
    assert words in page_of(client)


def test_it_cannot_be_written_to(client: Client) -> None:
    assert client.post("/log/").status_code == 405
