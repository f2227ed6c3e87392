"""People are created and changed in the admin by their e-mail address."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("root@school.example", "x"))
    return client


def test_an_administrator_creates_somebody_who_can_then_log_in(administrator):
    answer = administrator.post(
        "/admin/keiko/user/add/",
        {
            "email": "Teacher@school.example",
            "name": "Aitana Navarro",
            "usable_password": "true",
            "password1": "a long pass phrase",
            "password2": "a long pass phrase",
        },
    )
    assert answer.status_code == 302, answer.content
    assert Client().login(username="teacher@school.example", password="a long pass phrase")


def test_the_list_and_a_person_can_be_opened(administrator):
    user = get_user_model().objects.get()
    page = administrator.get("/admin/keiko/user/")
    assert b"root@school.example" in page.content
    assert b"Keiko administration" in page.content
    assert administrator.get(f"/admin/keiko/user/{user.pk}/change/").status_code == 200
