"""Two web machines share the database, the keys and the attachments, nothing else: whichever is asked, they agree."""

import hashlib
from urllib.parse import urlencode

import pytest
from django.conf import settings

from tests.lrs import multipart
from tests.lrs.conftest import ANSWERED, a_statement, basic, new_id, voiding
from tests.lrs.multipart import attachment, json_part, part
from tests.lrs.test_tenants_tokens import token_of
from tests.lrs.workers import other_worker

pytestmark = pytest.mark.django_db(transaction=True)
QUIZ = "https://escuela.example/quiz/1"
KEYS = ("SECRET_KEY", "XAPI_SECRET_KEY", "LOG_SIGNING_KEY", "SEED_KEY")


@pytest.fixture
def there(issued, tmp_path):
    """Asks the other machine. Its directory is its own; the storage of attachments is a mount, as a bucket would be."""
    (tmp_path / "attachments").symlink_to(settings.VAR_DIR / "attachments")
    (settings.VAR_DIR / "attachments").mkdir(parents=True, exist_ok=True)
    keys = {name: getattr(settings, name) for name in KEYS}
    authorization = basic(issued.key, issued.secret)
    with other_worker(KEIKO_VAR=str(tmp_path), **keys) as worker:

        def ask(method, path, body=None, *, credential=authorization, **headers):
            return worker.answer(credential, method, path, body, headers)

        yield ask
    assert not (tmp_path / "keys").exists(), "it would have made keys of its own"


def test_what_one_stores_the_other_reads_refuses_and_voids(xapi, there):
    statement = a_statement(id=new_id())
    by_id = f"/xapi/statements?statementId={statement['id']}"
    assert there("POST", "/xapi/statements", statement).status == 200
    assert xapi.stored(statement["id"])["verb"]["id"] == ANSWERED
    assert xapi.post(statement).status_code == 200, "the same again"
    assert xapi.post({**statement, "object": {"id": "https://x.example/other"}}).status_code == 409
    assert xapi.post(voiding(statement["id"])).status_code == 200
    assert there("GET", by_id).status == 404
    assert there("GET", by_id.replace("statementId", "voidedStatementId")).status == 200


def test_more_of_one_goes_on_at_the_other(xapi, there):
    ids = xapi.post([a_statement() for _ in range(6)]).json()
    here = xapi.get(limit=2).json()
    page = there("GET", here["more"]).json()
    last = xapi.request("GET", page["more"]).json()
    found = [one["id"] for each in (here, page, last) for one in each["statements"]]
    assert found == ids[::-1]
    assert last["more"] == ""


def test_a_document_that_one_has_changed_is_not_overwritten_by_the_other(xapi, there):
    about = {"activityId": QUIZ, "profileId": "p"}
    path = f"/xapi/activities/profile?{urlencode(about)}"
    assert there("PUT", path, {"a": 1}, **{"If-None-Match": "*"}).status == 204
    etag = xapi.request("GET", path)["ETag"]
    assert etag == there("GET", path).headers["ETag"]
    changed = xapi.request("POST", path, data=b'{"b": 2}', content_type="application/json",
                           headers={"If-Match": etag})  # fmt: skip
    assert changed.status_code == 204
    assert there("PUT", path, {"c": 3}, **{"If-Match": etag}).status == 412
    assert there("GET", path).json() == {"a": 1, "b": 2}


def test_a_token_that_one_gave_opens_the_other(issued, there):
    token = token_of(issued)
    assert there("GET", "/xapi/statements", credential=f"Bearer {token}").status == 200
    assert there("GET", "/xapi/statements", credential=f"Bearer {token}x").status == 401


def test_the_content_of_an_attachment_that_one_took_is_given_by_the_other(xapi, there):
    content = b"An essay."
    sha2 = hashlib.sha256(content).hexdigest()
    statement = a_statement(attachments=[attachment(content)])
    assert multipart.post(xapi, json_part(statement), part(content)).status_code == 200
    answer = there("GET", f"/attachments/{sha2}")
    assert (answer.status, answer.text) == (200, content.decode())
