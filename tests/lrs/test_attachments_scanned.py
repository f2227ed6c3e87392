"""A virus scanner, where one is set: nothing passes that it did not see."""

import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from lrs.models import Attachment, Statement
from tests.lrs.clamd import LIMIT, VIRUS, answering, running_clamd
from tests.lrs.conftest import a_statement
from tests.lrs.multipart import attachment, json_part, part, post


@contextmanager
def short_directory():
    """The path of a socket has some hundred letters at most, which pytest's directories may exceed."""
    with tempfile.TemporaryDirectory(prefix="clam", dir="/tmp") as directory:
        yield Path(directory)


@pytest.fixture(scope="module")
def clamd():
    with short_directory() as directory, running_clamd(directory) as address:
        yield address


@pytest.fixture
def short_path():
    with short_directory() as directory:
        yield directory / "clamd.sock"


def send(xapi, content):
    statement = a_statement(attachments=[attachment(content)])
    return post(xapi, json_part(statement), part(content))


def nothing_stored():
    return not Statement.objects.exists() and not Attachment.objects.exists()


def test_what_the_scanner_finds_clean_is_stored(xapi, settings, clamd):
    settings.ATTACHMENT_CLAMD = clamd
    assert send(xapi, b"una tarea").status_code == 200
    assert send(xapi, b"").status_code == 200
    assert not Attachment.objects.filter(scanned=None).exists()


def test_that_a_content_was_scanned_is_not_forgotten_by_whoever_does_not_scan_it(
    xapi, settings, clamd
):
    assert send(xapi, b"una tarea").status_code == 200
    assert Attachment.objects.get().scanned is None
    settings.ATTACHMENT_CLAMD = clamd
    assert send(xapi, b"una tarea").status_code == 200
    scanned = Attachment.objects.get().scanned
    assert scanned is not None
    settings.ATTACHMENT_CLAMD = ""
    assert send(xapi, b"una tarea").status_code == 200
    assert Attachment.objects.get().scanned == scanned


def test_what_the_scanner_finds_is_refused_and_named(xapi, settings, clamd):
    settings.ATTACHMENT_CLAMD = clamd
    response = send(xapi, b"x" * 300_000 + VIRUS + b"y" * 10)
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["code"] == "attachment-refused"
    assert "Keiko.Test" in error["message"]
    assert nothing_stored()


def test_what_is_too_long_for_the_scanner_is_not_taken(xapi, settings, clamd):
    settings.ATTACHMENT_CLAMD = clamd
    assert send(xapi, b"x" * (LIMIT + 500_000)).status_code == 503
    assert nothing_stored()


@pytest.mark.parametrize("address", ["unix:/nowhere/clamd.sock", "tcp://127.0.0.1:1"])
def test_a_scanner_that_is_not_there_lets_nothing_pass(xapi, settings, address):
    settings.ATTACHMENT_CLAMD = address
    response = send(xapi, b"una tarea")
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "attachment-unavailable"
    assert nothing_stored()


@pytest.mark.parametrize("answer", [b"", b"stream: OK", b"OK\0", b"UNKNOWN COMMAND\0", b"\xff\0"])
def test_a_scanner_that_gives_no_verdict_lets_nothing_pass(xapi, settings, short_path, answer):
    """The scanner is a stand-in here: a real one cannot be made to answer so."""
    settings.ATTACHMENT_CLAMD = f"unix:{short_path}"

    def say(rfile, wfile):
        rfile.read(10)
        wfile.write(answer)

    with answering(short_path, say):
        assert send(xapi, b"una tarea").status_code == 503
    assert nothing_stored()


def test_a_scanner_that_does_not_answer_in_time_lets_nothing_pass(xapi, settings, short_path):
    """The scanner is a stand-in here too."""
    settings.ATTACHMENT_CLAMD = f"unix:{short_path}"
    settings.ATTACHMENT_CLAMD_TIMEOUT_SECONDS = 0.2
    with answering(short_path, lambda _rfile, _wfile: time.sleep(1)):
        assert send(xapi, b"una tarea").status_code == 503
    assert nothing_stored()
