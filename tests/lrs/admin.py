"""What the tests of the administration share: pages without collected files, an administrator, a colleague."""

import html
import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    """The pages of the admin name static files that only `collectstatic` would have made."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def admin_client(db: None) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("admin@x.example"))
    return client


def staff(*permissions: str) -> Client:
    """A colleague logged in who may do this and no more: `view_document` and the like, of the record store."""
    email = f"{get_user_model().objects.count()}@x.example"
    user = get_user_model().objects.create_user(email)
    user.is_staff = True
    user.save()
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="lrs", codename__in=permissions)
    )
    client = Client()
    client.force_login(user)
    return client


def text_of(page: Any) -> str:
    """The page's words with its tags, unescaped once."""
    return re.sub(r"\s+", " ", html.unescape(page.content.decode()))


def queries_of(client: Client, address: str) -> list[str]:
    """The SQL that a page asks; it must be there."""
    with CaptureQueriesContext(connection) as captured:
        page = client.get(address)
        assert page.status_code == 200, page.status_code
    return [query["sql"] for query in captured.captured_queries]
