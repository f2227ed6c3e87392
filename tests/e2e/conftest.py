"""A live server, a development chain and a real browser: the pages as people meet them."""

import os
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from anchoring.anchors import anchor_due, newest_anchor, newest_verified
from anchoring.checkpoints import publish
from anchoring.sequencer import sequence
from keiko.launcher.devchain import DevChain
from keiko.launcher.node import find_or_bring_node, install_packages
from passport.models import Share
from passport.shares.services import share_course
from tests.passport import school
from tests.passport.conftest import Person, School, enrol, open_school

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
ANCHORING_SECONDS = 45

# Playwright's synchronous interface keeps an event loop in this thread, in which Django would
# refuse every query; nothing here runs concurrently.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens a visitor's page; on a phone and in English unless told otherwise."""
    contexts = []

    def open_one(**options: Any) -> Page:
        context = browser.new_context(
            **{"viewport": PHONE, "locale": "en-GB", "timezone_id": "UTC", **options}
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


@dataclass(frozen=True)
class Site:
    """A school with Ana's term in it, served for browsers."""

    url: str
    school: School
    ana: Person

    def share(self, **chosen: Any) -> Share:
        return share_course(
            learner=self.ana.learner,
            activity_id=self.school.course_id(),
            **{"expires": None, "withheld": (), **chosen},
        )

    def log(self) -> None:
        while sequence(limit=1000):
            pass
        publish()

    def anchor(self) -> None:
        """Have the chain hold what is in the log."""
        deadline = time.monotonic() + ANCHORING_SECONDS
        while time.monotonic() < deadline:
            anchor_due()
            if newest_verified() is not None:
                return
            time.sleep(0.1)
        newest = newest_anchor()
        why = f"{newest.submission.state}: {newest.submission.last_error}" if newest else "not due"
        raise AssertionError(f"not anchored within {ANCHORING_SECONDS} s ({why})")


@pytest.fixture
def site(live_server: Any, settings: Any) -> Site:
    """The site without a chain: nothing has been anchored."""
    settings.PUBLIC_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    # The chain outlives a test's database, so each test's log is another one on it.
    settings.LOG_ORIGIN = f"test-{uuid.uuid4().hex}.keiko.localhost"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    the_school = open_school()
    the_school.post(school.algebra_term())
    return Site(live_server.url, the_school, enrol("Ana García López", "ana@school.example"))


@pytest.fixture
def anchored_site(site: Site, settings: Any, devchain: DevChain) -> Site:
    """The site with every record on the development chain."""
    settings.CHAIN_URL = settings.CHAIN_PUBLIC_URL = devchain.url
    site.log()
    site.anchor()
    return site


@pytest.fixture(scope="session")
def axe() -> Path:
    """The script of axe-core, installed where it is not there yet."""
    log = Path(os.environ["KEIKO_VAR"]) / "log" / "install.log"
    directory = Path(__file__).parent / "axe"
    install_packages(directory, find_or_bring_node(log), log=log)
    return directory / "node_modules" / "axe-core" / "axe.min.js"
