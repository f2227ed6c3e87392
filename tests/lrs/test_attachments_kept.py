"""What becomes of a content when somebody is killed, or two do the same at once."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.utils import timezone

from lrs.attachments import services
from lrs.attachments.storage import StorageUnavailable, WholeFileStorage
from lrs.models import Attachment, Statement, StatementAttachment
from lrs.stores.services import create_store
from tests.lrs.conftest import Xapi, a_statement, client_of, in_threads, issued_for, new_id
from tests.lrs.multipart import attachment, json_part, part, post, read, sha256

CONTENT = b"un texto"


class Killed(BaseException):
    """What no handler catches, as a kill."""


def with_content(**changes):
    return a_statement(attachments=[attachment(CONTENT)], **changes)


def send(xapi, **changes):
    return post(xapi, json_part(with_content(**changes)), part(CONTENT))


def prune(**options):
    out = StringIO()
    call_command("prune_attachments", stdout=out, **options)
    return out.getvalue()


def make_old():
    Attachment.objects.update(claimed=timezone.now() - timedelta(days=2))


def is_there(name):
    return storages["attachments"].exists(name)


@pytest.fixture
def kill(monkeypatch):
    """Let a function raise as if the process was killed when it gets there."""

    def at(target, name):
        def killed(*_args, **_options):
            raise Killed

        monkeypatch.setattr(target, name, killed)

    return at


@pytest.mark.parametrize("where", [(services, "link"), (WholeFileStorage, "save")])
def test_killed_before_the_commit_a_content_is_left_over_and_pruned_later(
    xapi, kill, monkeypatch, where
):
    kill(*where)
    with pytest.raises(Killed):
        send(xapi)
    assert not Statement.objects.exists()
    row = Attachment.objects.get()
    monkeypatch.undo()
    assert prune().startswith("0 ")  # it may still be on its way
    make_old()
    assert "would be removed" in prune(dry_run=True)
    assert prune().startswith("1 ")
    assert not is_there(row.name)
    assert not Attachment.objects.exists()


def test_after_a_kill_the_same_request_succeeds(xapi, kill, monkeypatch):
    kill(WholeFileStorage, "save")
    with pytest.raises(Killed):
        send(xapi)
    monkeypatch.undo()
    assert send(xapi).status_code == 200
    _, contents = read(xapi.get(attachments="true"))
    assert contents[sha256(CONTENT)][1] == CONTENT


def test_a_file_that_was_cut_off_is_written_again(xapi):
    send(xapi)
    name = Attachment.objects.get().name
    storages["attachments"].delete(name)
    storages["attachments"].save(name, ContentFile(b"un t"))
    assert send(xapi).status_code == 200
    assert storages["attachments"].open(name).read() == CONTENT


def test_a_file_is_there_as_a_whole_or_not_at_all(tmp_path, monkeypatch):
    storage = WholeFileStorage(location=tmp_path)

    class Breaking(ContentFile):
        def chunks(self, chunk_size=None):
            yield b"half"
            raise Killed

    with pytest.raises(Killed):
        storage.save("1/ab/abc", Breaking(b""))
    assert not [one for one in tmp_path.rglob("*") if one.is_file()]
    assert storage.save("1/ab/abc", ContentFile(b"whole")) == "1/ab/abc"
    assert storage.save("1/ab/abc", ContentFile(b"whole")) == "1/ab/abc"
    assert [one.name for one in tmp_path.rglob("*") if one.is_file()] == ["abc"]


def test_a_content_that_a_statement_has_is_never_pruned(xapi):
    send(xapi)
    make_old()
    assert prune().startswith("0 ")
    assert is_there(Attachment.objects.get().name)


def test_what_was_claimed_anew_is_not_pruned_however_old_it_is(xapi):
    send(xapi)
    StatementAttachment.objects.all().delete()
    make_old()
    send(xapi)
    StatementAttachment.objects.all().delete()
    assert prune().startswith("0 ")


def test_pruned_between_keeping_and_linking_a_content_is_kept_again(xapi, monkeypatch):
    link, times = services.link, []

    def link_after_pruning(kept, seqs):
        times.append(1)
        if len(times) == 1:
            Attachment.objects.all().delete()
        link(kept, seqs)

    monkeypatch.setattr(services, "link", link_after_pruning)
    assert send(xapi).status_code == 200
    assert len(times) == 2
    _, contents = read(xapi.get(attachments="true"))
    assert contents[sha256(CONTENT)][1] == CONTENT


def test_a_prune_killed_between_the_bytes_and_the_row_is_mended_by_the_next_of_either(
    xapi, kill, monkeypatch
):
    send(xapi)
    StatementAttachment.objects.all().delete()
    make_old()
    kill(Attachment, "delete")
    with pytest.raises(Killed):
        prune()
    monkeypatch.undo()
    row = Attachment.objects.get()
    assert not is_there(row.name)
    assert send(xapi).status_code == 200
    assert is_there(row.name)


def test_pruning_within_the_hour_is_refused(db):
    with pytest.raises(CommandError, match="1 or more"):
        prune(hours=0)


@pytest.mark.parametrize("failing", ["exists", "save"])
def test_a_storage_that_fails_is_a_503_and_nothing_is_stored(xapi, monkeypatch, failing):
    def fail(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(WholeFileStorage, failing, fail)
    response = send(xapi)
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "attachment-unavailable"
    assert "space" not in response.json()["error"]["message"]
    assert not Statement.objects.exists()
    monkeypatch.undo()
    assert send(xapi).status_code == 200


def test_a_storage_that_fails_stops_a_prune_with_a_sentence(xapi, monkeypatch):
    send(xapi)
    StatementAttachment.objects.all().delete()
    make_old()

    def fail(*_args, **_options):
        raise StorageUnavailable("away")

    monkeypatch.setattr(WholeFileStorage, "delete", fail)
    with pytest.raises(CommandError, match="Run it again"):
        prune()
    assert Attachment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_with_the_same_contents_in_another_order_all_succeed():
    store = create_store(slug="escuela", name="Escuela")
    xapi = client_of(issued_for(store))
    texts = [bytes([65 + n]) * 100 for n in range(6)]

    def work(number):
        mine = texts[number % 3 :] + texts[: number % 3]
        statement = a_statement(id=new_id(), attachments=[attachment(one) for one in mine])
        client = Xapi(xapi.authorization)  # a client of Django is for one thread
        return post(client, json_part(statement), *[part(one) for one in mine[::-1]]).status_code

    assert in_threads(work, 8) == [200] * 8
    assert Attachment.objects.count() == len(texts)
    assert StatementAttachment.objects.count() == 8 * len(texts)
