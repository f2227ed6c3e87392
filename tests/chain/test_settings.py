"""Settings that would fail at the first anchor fail at the start instead, with a way out."""

from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from chain.adapters import get_adapter
from chain.errors import SetupError
from chain.models import Submission
from chain.signer import check_signer_suits, load_signer
from keiko.models import User

SEED = "0x" + "17" * 32


@pytest.mark.parametrize("name", ["anchor", "remark", "Uniques", ""])
def test_an_unknown_adapter_stops_the_start_and_names_what_exists(settings: Any, name: str) -> None:
    settings.CHAIN_ADAPTER = name
    with pytest.raises(ImproperlyConfigured, match="has one adapter, 'uniques'"):
        apps.get_app_config("chain").ready()


def test_the_uniques_adapter_takes_its_collection_from_the_settings(settings: Any) -> None:
    settings.CHAIN_COLLECTION = 42
    assert get_adapter().collection == 42


@pytest.mark.parametrize("signer", ["", "//Alice", "//Bob//stash"])
def test_a_key_that_everybody_has_serves_on_a_development_chain_only(
    settings: Any, signer: str
) -> None:
    settings.CHAIN_SIGNER = signer
    check_signer_suits(development=True)
    with pytest.raises(SetupError, match="does not say that it is a development chain"):
        check_signer_suits(development=False)


def test_a_key_of_ones_own_serves_everywhere(settings: Any) -> None:
    settings.CHAIN_SIGNER = SEED
    check_signer_suits(development=False)
    assert load_signer().ss58_address == "5CXskEhdjvyT7htheLXJjdSZynGb6U9bBkoCSfJViLYjUxs9"


@pytest.mark.parametrize("signer", ["0x17", "0xzz", "no phrase of twelve words", "//"])
def test_what_is_no_key_is_refused_without_being_quoted(settings: Any, signer: str) -> None:
    settings.CHAIN_SIGNER = signer
    with pytest.raises(SetupError, match="CHAIN_SIGNER is no key") as caught:
        load_signer()
    assert signer not in str(caught.value) or signer == "//"


@pytest.mark.django_db
def test_the_admin_shows_submissions_and_changes_none(client: Client, settings: Any) -> None:
    # The pages are asked for, not their styles, which `collectstatic` would have to gather first.
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    admin = User.objects.create_superuser(email="a@example.org", password="long and secret")
    client.force_login(admin)
    submission = Submission.objects.create(origin_hash=b"\1" * 32, seq=1, size=2, root=b"\3" * 32)
    listed = client.get(reverse("admin:chain_submission_changelist"))
    assert listed.status_code == 200
    page = client.get(reverse("admin:chain_submission_change", args=[submission.pk]))
    assert page.status_code == 200
    assert b"_save" not in page.content
    assert client.get(reverse("admin:chain_submission_add")).status_code == 403
