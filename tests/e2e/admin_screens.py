"""Takes the admin's pictures of docs/screens: `pytest tests/e2e/admin_screens.py`. Not part of the suite."""

import pytest
from django.contrib.auth import get_user_model

from lrs.hierarchy.discovery import catch_up
from lrs.hierarchy.services import save_rule
from lrs.models import Credential, Document, Node, TypeRule
from lrs.tasks import count_arrivals
from tests.e2e.conftest import DESK, PHONE, OpenPage, Site
from tests.e2e.screens import keep
from tests.e2e.test_admin_pages import fill

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("width", "viewport"), [("390", PHONE), ("1280", DESK)], ids=["390", "1280"]
)
def test_screens(site: Site, open_page: OpenPage, width: str, viewport: dict[str, int]) -> None:
    store = site.school.store
    fill(site)
    workshop = "https://school.example/types/workshop"
    save_rule(rule=TypeRule(store=store, activity_type=workshop, level="class"))
    catch_up()
    count_arrivals()
    get_user_model().objects.create_superuser(
        "root@school.example", "a long pass phrase", name="Aitana Navarro"
    )
    page = open_page(viewport=viewport)
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{page.url} {message.text}"))
    page.on("pageerror", lambda error: said.append(f"{page.url} {error}"))
    page.goto(f"{site.url}/admin/")
    page.fill("#id_username", "root@school.example")
    page.fill("#id_password", "a long pass phrase")
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")
    for name, address in {
        "overview": "",
        "credential": f"lrs/credential/{Credential.objects.latest('pk').pk}/change/",
        "document": f"lrs/document/{Document.objects.get().pk}/change/",
        "course": f"lrs/node/{Node.objects.get(level='course').pk}/change/",
        "rules": f"lrs/store/{store.pk}/rules/",
    }.items():
        page.goto(f"{site.url}/admin/{address}")
        keep(page, f"admin-{name}-{width}")
    assert said == []
