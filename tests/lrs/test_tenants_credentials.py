"""Credentials: two secrets at once, expiry, revocation in every process at once, the authority by a template."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from lrs.models import Credential, CredentialSecret, Store
from lrs.stores import usage
from lrs.stores.authentication import authenticate
from lrs.stores.services import (
    change_credential,
    create_store,
    issue_credential,
    revoke_credential,
    rotate_secret,
    set_authority_template,
    withdraw_secret,
)
from tests.lrs.conftest import Xapi, a_statement, basic, client_of, issued_for
from tests.lrs.workers import other_worker

ROOT = Path(__file__).resolve().parents[2]


def opens(issued):
    return client_of(issued).get().status_code == 200


def expire(row):
    """Let time pass for this row alone."""
    past = timezone.now() - timedelta(seconds=1)
    type(row).objects.filter(pk=row.pk).update(expires=past)


@pytest.mark.django_db(transaction=True)
def test_whatever_is_withdrawn_opens_nothing_in_any_process_from_its_commit_on(issued, store):
    other, rotated = issued_for(store), issued_for(store)
    second = rotate_secret(credential=rotated.credential)
    narrowed = issued_for(store)
    batch = [a_statement(), a_statement()]
    with other_worker() as worker:
        for one in (issued, rotated, second, narrowed, other):
            assert worker.post(one) == 200
            assert worker.status(one) == 200
        revoke_credential(credential=issued.credential)
        assert worker.post(issued, batch) == 401
        assert worker.post(issued) == 401
        assert worker.status(issued) == 401
        withdraw_secret(credential=rotated.credential)
        assert worker.post(rotated) == 401
        assert worker.post(second) == 200
        change_credential(
            credential=narrowed.credential, label="x", note="", scopes=["state"], expires=None
        )
        assert worker.post(narrowed) == 403
        assert worker.status(narrowed) == 403
        assert worker.post(other) == 200, "another credential of the store is not disturbed"
        assert worker.post(other, batch) == 200


@pytest.mark.django_db(transaction=True)
def test_a_credential_that_is_revoked_by_hand_in_the_database_opens_nothing_either(issued):
    assert opens(issued)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE lrs_credential SET revoked = now()")
    assert not opens(issued)
    assert client_of(issued).post(a_statement()).status_code == 401


def test_a_store_that_is_written_back_as_it_was_read_does_not_take_the_generation_back(issued):
    stale = Store.objects.get()
    before = stale.generation
    revoke_credential(credential=issued.credential)
    assert Store.objects.get().generation == before + 1
    stale.save()
    assert Store.objects.get().generation == before + 1
    stale.default_version = "2.0.0"
    stale.save()
    assert Store.objects.get().generation == before + 2


def test_a_new_secret_works_beside_the_old_one_until_that_is_withdrawn(issued):
    assert opens(issued)
    second = rotate_secret(credential=issued.credential)
    assert second.key == issued.key
    assert second.secret != issued.secret
    assert opens(issued)
    assert opens(second)
    withdraw_secret(credential=issued.credential)
    assert not opens(issued)
    assert opens(second)


def test_the_old_secret_can_end_by_itself_at_a_time(issued):
    later = timezone.now() + timedelta(days=7)
    second = rotate_secret(credential=issued.credential, old_expires=later)
    old, new = CredentialSecret.objects.all()
    assert (old.expires, new.expires) == (later, None)
    assert opens(issued)
    expire(old)
    assert not opens(issued)
    assert opens(second)


def test_a_chosen_secret_can_be_withdrawn(issued):
    second = rotate_secret(credential=issued.credential)
    newest = CredentialSecret.objects.last()
    withdraw_secret(credential=issued.credential, secret_id=newest.pk)
    assert opens(issued)
    assert not opens(second)


def test_there_are_two_secrets_at_most_and_one_at_least(issued):
    with pytest.raises(ValidationError, match="only secret"):
        withdraw_secret(credential=issued.credential)
    rotate_secret(credential=issued.credential)
    with pytest.raises(ValidationError, match="two good secrets"):
        rotate_secret(credential=issued.credential)
    with pytest.raises(ValidationError, match="this number"):
        withdraw_secret(credential=issued.credential, secret_id=0)
    assert CredentialSecret.objects.filter(withdrawn=None).count() == 2


def test_a_revoked_credential_takes_no_new_secret(issued):
    revoke_credential(credential=issued.credential)
    with pytest.raises(ValidationError, match="revoked"):
        rotate_secret(credential=issued.credential)


def test_a_credential_expires_while_processes_remember_it(store):
    soon = timezone.now() + timedelta(seconds=60)
    issued = issue_credential(store=store, label="x", scopes=["all"], expires=soon)
    assert opens(issued)
    known = authenticate(key=issued.key, secret=issued.secret, fresh=False)
    assert known is not None
    expire(issued.credential)
    assert not opens(issued)
    assert client_of(issued).post(a_statement()).status_code == 401


def test_a_time_of_expiry_that_is_past_is_refused(store, issued):
    past = timezone.now() - timedelta(seconds=1)
    with pytest.raises(ValidationError, match="past"):
        issue_credential(store=store, label="x", scopes=["all"], expires=past)
    with pytest.raises(ValidationError, match="past"):
        rotate_secret(credential=issued.credential, old_expires=past)
    assert Credential.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_use_is_written_beside_the_requests_once_a_minute(issued, monkeypatch):
    writes = []
    write = usage._write
    monkeypatch.setattr(usage, "_write", lambda *row: writes.append(row) or write(*row))
    for _ in range(5):
        assert opens(issued)
    usage._writer.submit(lambda: None).result(timeout=10)  # after what was to be written
    assert writes == [("credential", issued.credential.pk)]
    assert Credential.objects.get().last_used is not None


@pytest.mark.django_db(transaction=True)
def test_a_last_use_that_cannot_be_written_fails_no_request(issued, monkeypatch, caplog):
    def broken(kind, row_id):
        raise OSError("the disk is full")

    monkeypatch.setattr(usage, "_write", broken)
    assert opens(issued)
    usage._writer.submit(lambda: None).result(timeout=10)
    assert "the disk is full" in caplog.text


ORGANISATION = {"objectType": "Agent", "mbox": "mailto:lrs@escuela.example", "name": "{label}"}
NUMBERED = {"account": {"homePage": "{public_url}/{store}", "name": "sends-{number}"}}
PAIR = {
    "objectType": "Group",
    "member": [
        {"account": {"homePage": "{public_url}/oauth", "name": "{label}"}},
        {"mbox": "mailto:lrs@escuela.example"},
    ],
}


@pytest.mark.parametrize("template", [ORGANISATION, NUMBERED, PAIR])
def test_statements_are_vouched_for_as_the_stores_template_says(store, template, settings):
    set_authority_template(store=store, template=template)
    issued = issued_for(store)
    xapi = client_of(issued)
    (statement_id,) = xapi.post(a_statement()).json()
    authority = xapi.stored(statement_id)["authority"]
    expected = (
        json.dumps(template)
        .replace("{label}", "Moodle")
        .replace("{store}", "escuela")
        .replace("{number}", str(issued.credential.pk))
        .replace("{public_url}", settings.PUBLIC_URL)
    )
    assert authority == json.loads(expected)


def test_a_new_template_touches_no_old_statement_and_hides_none_from_its_writer(store, issued):
    xapi = client_of(issued)
    (first,) = xapi.post(a_statement()).json()
    before = xapi.stored(first)
    set_authority_template(store=store, template=PAIR)
    (second,) = xapi.post(a_statement()).json()
    assert xapi.stored(first) == before
    assert xapi.stored(second)["authority"]["objectType"] == "Group"
    change_credential(
        credential=issued.credential,
        label="renamed",
        note="",
        scopes=["statements/write", "statements/read/mine"],
        expires=None,
    )
    (third,) = xapi.post(a_statement()).json()
    assert xapi.ids() == [third, second, first]
    assert xapi.stored(first) == before


def test_one_sees_no_statement_of_another_that_shares_a_member_of_the_authority(store):
    set_authority_template(store=store, template=PAIR)
    one = issue_credential(store=store, label="one", scopes=["statements/write"])
    (of_one,) = client_of(one).post(a_statement()).json()
    set_authority_template(
        store=store, template={"mbox": "mailto:lrs@escuela.example", "name": "x"}
    )
    two = issue_credential(
        store=store, label="two", scopes=["statements/write", "statements/read/mine"]
    )
    (of_two,) = client_of(two).post(a_statement()).json()
    assert client_of(two).ids() == [of_two]
    assert client_of(two).get(statementId=of_one).status_code == 404
    assert client_of(two).get(statementId=of_two).status_code == 200


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("mailto:a@b.example", "JSON object"),
        ({"objectType": "Agent", "name": "nobody"}, "authority"),
        ({"mbox": "mailto:{label}@b.example"}, "mbox"),
        ({"account": {"homePage": "{label}", "name": "x"}}, "homePage"),
        ({"account": {"homePage": "https://x.example", "name": "{secret}"}}, "secret"),
        ({"objectType": "Group", "member": [{"mbox": "mailto:a@b.example"}]}, "authority"),
        ({"objectType": "Group", "mbox": "mailto:a@b.example"}, "authority"),
        ({"mbox": "mailto:a@b.example", "openid": "https://b.example"}, "authority"),
    ],
)
def test_a_template_that_gives_no_valid_authority_is_refused(store, template, why):
    with pytest.raises(ValidationError, match=why):
        set_authority_template(store=store, template=template)
    assert Store.objects.get().authority_template is None
    with pytest.raises(ValidationError, match=why):
        create_store(slug="x", name="X", authority_template=template)


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return dict(line.split(maxsplit=1) for line in out.getvalue().splitlines() if "  " in line)


@pytest.mark.django_db
def test_the_commands_rotate_and_revoke():
    first = run("create_store", "north", "North School")
    old = Xapi(basic(first["key"], first["secret"]))
    rotated = run("rotate_secret", first["key"], "--old-expires", "7d")
    new = Xapi(basic(first["key"], rotated["secret"]))
    assert (old.get().status_code, new.get().status_code) == (200, 200)
    assert CredentialSecret.objects.first().expires > timezone.now() + timedelta(days=6)
    run("withdraw_secret", first["key"])
    assert (old.get().status_code, new.get().status_code) == (401, 200)
    run("revoke_credential", first["key"])
    assert new.get().status_code == 401
    with pytest.raises(CommandError, match="revoked"):
        run("rotate_secret", first["key"])
    with pytest.raises(CommandError, match="no credential"):
        run("revoke_credential", "nonsense")


@pytest.mark.django_db
def test_the_command_issues_a_credential_that_expires_with_the_scopes_it_is_told():
    run("create_store", "north", "North School")
    run("issue_credential", "north", "Moodle", "--scopes", "state,profile", "--expires", "90d")
    credential = Credential.objects.get(label="Moodle")
    assert credential.scopes == ["profile", "state"]
    assert timezone.now() + timedelta(days=89) < credential.expires
    run("issue_credential", "north", "Canvas", "--expires", "2099-12-31")
    assert Credential.objects.get(label="Canvas").expires.year == 2099
    for wrong in (("--scopes", "everything"), ("--expires", "soon"), ("--expires", "2001-01-01")):
        with pytest.raises(CommandError):
            run("issue_credential", "north", "x", *wrong)
