"""Takes the admin's pictures of docs/screens: `pytest tests/e2e/admin_screens.py`. Not part of the suite."""

from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from lrs.models import Store
from tests.e2e.conftest import DESK, PHONE, OpenPage, Site
from tests.e2e.screens import keep

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("width", "viewport"), [("390", PHONE), ("1280", DESK)], ids=["390", "1280"]
)
@pytest.mark.parametrize(
    ("look", "locale", "scheme"), [("en-light", "en-GB", "light"), ("es-dark", "es-ES", "dark")]
)
def test_screens(
    site: Site,
    open_page: OpenPage,
    width: str,
    viewport: dict[str, int],
    look: str,
    locale: str,
    scheme: str,
    tmp_path: Path,
) -> None:
    get_user_model().objects.create_superuser(
        "root@school.example", "a long pass phrase", name="Aitana Navarro"
    )
    page = open_page(viewport=viewport, locale=locale, color_scheme=scheme)
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{page.url} {message.text}"))
    page.on("pageerror", lambda error: said.append(f"{page.url} {error}"))
    page.goto(f"{site.url}/admin/")
    end = f"{look}-{width}"
    keep(page, f"admin-login-{end}")
    page.fill("#id_username", "root@school.example")
    page.fill("#id_password", "a long pass phrase")
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")
    keep(page, f"admin-index-{end}")
    for name, address in {
        "stores": "lrs/store/",
        "store": f"lrs/store/{Store.objects.first().pk}/change/",
        "credentials": "lrs/credential/",
        "credential-add": "lrs/credential/add/",
        "statements": "lrs/statement/",
        "agents": "lrs/agent/",
        "activities": "lrs/activity/",
        "user": "keiko/user/1/change/",
        "learner": "passport/learner/1/change/",
    }.items():
        page.goto(f"{site.url}/admin/{address}")
        keep(page, f"admin-{name}-{end}")
    assert said == []
