"""A live server and a real browser: the pages as people meet them."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.chromium import ARGUMENTS, chromium_path

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


def pytest_configure() -> None:
    # Playwright's synchronous interface keeps an event loop in this thread, in which Django would
    # refuse every query; nothing here runs concurrently.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium: apt-get install chromium, or playwright install chromium")
    return {"executable_path": path, "args": ARGUMENTS}


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    """The live server serves static files from the sources, under their plain names."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    """A page of a visitor who is not logged in, on a phone, reading English."""
    context = browser.new_context(viewport=PHONE, locale="en-GB", timezone_id="UTC")
    yield context.new_page()
    context.close()
