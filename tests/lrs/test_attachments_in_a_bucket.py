"""Attachments in an S3-compatible bucket (ATTACHMENT_STORAGE_URL).

The bucket is moto's server, which speaks S3 over HTTP but keeps everything in memory: it stands for the real services.
With `versitygw` on the PATH (a real S3 gateway over a directory) that one is asked instead.
"""

import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages
from django.utils import timezone
from moto.server import ThreadedMotoServer

from keiko.objectstorage import attachment_storage
from lrs.attachments.services import prune
from lrs.models import Attachment, Statement, StatementAttachment
from tests.lrs.conftest import a_statement
from tests.lrs.multipart import attachment, json_part, part, post, read, sha256

KEY, SECRET = "keiko-key", "keiko/secret+1"  # as one that needs to be percent-encoded
CONTENT = b"un texto " * 100_000


@contextmanager
def versitygw(directory):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = ["versitygw", "--access", KEY, "--secret", SECRET, "--port", address, "--quiet"]
    with subprocess.Popen([*command, "posix", str(directory)]) as process:
        try:
            for _ in range(100):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", int(address.rpartition(":")[2]))) == 0:
                        break
                time.sleep(0.1)
            yield f"http://{address}"
        finally:
            process.terminate()


@contextmanager
def moto():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    directory: Path = tmp_path_factory.mktemp("s3")
    with versitygw(directory) if shutil.which("versitygw") else moto() as url:
        boto3.client(
            "s3",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
        ).create_bucket(Bucket="keiko")
        yield url


def url_of(endpoint):
    login = f"{KEY}:{quote(SECRET, safe='')}"
    return f"s3://{login}@keiko/lrs/attachments?region=us-east-1&endpoint={endpoint}"


@pytest.fixture
def in_bucket(settings, endpoint):
    chosen = attachment_storage(url_of(endpoint), Path("unused"))
    settings.STORAGES = {**settings.STORAGES, "attachments": chosen}


def send(xapi):
    statement = a_statement(attachments=[attachment(CONTENT)])
    return post(xapi, json_part(statement), part(CONTENT))


def test_a_content_goes_into_the_bucket_once_and_comes_back(xapi, in_bucket):
    for _ in range(2):
        assert send(xapi).status_code == 200
    row = Attachment.objects.get()
    assert storages["attachments"].size(row.name) == len(CONTENT)
    _, contents = read(xapi.get(attachments="true"))
    assert contents == {sha256(CONTENT): ("text/plain", CONTENT)}


def test_what_no_statement_has_is_pruned_from_the_bucket(xapi, in_bucket):
    send(xapi)
    StatementAttachment.objects.all().delete()
    Attachment.objects.update(claimed=timezone.now() - timedelta(days=2))
    name = Attachment.objects.get().name
    assert prune() == (1, len(CONTENT))
    assert not storages["attachments"].exists(name)


def test_a_bucket_that_is_away_is_a_503_and_nothing_is_stored(xapi, settings):
    chosen = attachment_storage(url_of("http://127.0.0.1:1"), Path("unused"))
    settings.STORAGES = {**settings.STORAGES, "attachments": chosen}
    response = send(xapi)
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "attachment-unavailable"
    assert not Statement.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "https://bucket",
        "s3://",
        "s3://key@bucket",
        "s3://bucket?zone=x",
        "s3://bucket?region",
        "bucket",
    ],
)
def test_an_address_of_another_form_stops_the_start_and_says_the_form(url):
    with pytest.raises(ImproperlyConfigured, match=r"s3://KEY:SECRET@bucket"):
        attachment_storage(url, Path("unused"))
