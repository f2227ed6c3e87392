"""Stores, credentials, and the commands that make them."""

from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from lrs.models import Activity, CredentialSecret
from lrs.stores.services import create_store, issue_credential
from tests.lrs.conftest import Xapi, a_statement, basic


def test_a_secret_is_kept_only_as_a_keyed_hash(issued, settings):
    kept = bytes(CredentialSecret.objects.get().digest)
    assert len(kept) == 32
    assert issued.secret.encode() not in kept
    settings.XAPI_SECRET_KEY = "another"
    assert Xapi(basic(issued.key, issued.secret)).get().status_code == 401


def test_keys_and_secrets_are_long_and_never_the_same(store):
    all_issued = [issue_credential(store=store, label="x", scopes=["all"]) for _ in range(20)]
    texts = {text for one in all_issued for text in (one.key, one.secret)}
    assert len(texts) == 40
    assert min(map(len, texts)) >= 40


def test_an_unknown_scope_is_refused_with_those_there_are(store):
    with pytest.raises(ValueError, match="statements/write"):
        issue_credential(store=store, label="x", scopes=["everything"])


@pytest.mark.parametrize(
    ("slug", "version"), [("escuela", "1.0.3"), ("a b", "1.0.3"), ("ok", "3.0")]
)
def test_a_store_with_a_taken_or_wrong_name_or_version_is_refused(store, slug, version):
    with pytest.raises(ValidationError):
        create_store(slug=slug, name="x", default_version=version)


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return dict(line.split(maxsplit=1) for line in out.getvalue().splitlines() if "  " in line)


@pytest.mark.django_db
def test_the_commands_make_a_store_and_credentials_that_work():
    first = run("create_store", "north", "North School")
    second = run("issue_credential", "north", "Moodle", "--scope", "statements/write")
    assert Xapi(basic(first["key"], first["secret"])).get().status_code == 200
    assert Xapi(basic(second["key"], second["secret"])).post(a_statement()).status_code == 200
    assert Xapi(basic(second["key"], second["secret"])).get().status_code == 403


@pytest.mark.django_db
def test_the_commands_say_what_is_wrong():
    with pytest.raises(CommandError, match="none yet"):
        run("issue_credential", "nowhere", "x")
    run("create_store", "north", "North School")
    with pytest.raises(CommandError, match="already"):
        run("create_store", "north", "Again")
    with pytest.raises(CommandError, match="north"):
        run("issue_credential", "nowhere", "x")


def test_what_statements_say_of_an_activity_adds_up(xapi):
    def about(**definition):
        return a_statement(object={"id": "https://x.example/a", "definition": definition})

    xapi.post([about(name={"es": "Uno"}), about(name={"en": "One"}, type="https://x.example/t")])
    xapi.post(about(name={"es": "Primero"}))
    activity = Activity.objects.get(iri="https://x.example/a")
    assert activity.type == "https://x.example/t"
    assert '"es":"Primero"' in activity.definition
    assert '"en":"One"' in activity.definition
