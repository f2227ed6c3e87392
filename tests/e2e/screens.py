"""Takes the pictures of docs/screens: `pytest tests/e2e/screens.py`. Not part of the suite."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from keiko.launcher.devchain import DevChain
from passport.offline.page import offline_page
from passport.shares.selectors import bundle_of
from passport.shares.services import withdraw
from tests.anchoring.core.make_vectors import VECTORS
from tests.e2e.conftest import DESK, PHONE, OpenPage, Site
from tests.e2e.test_learner_pages import log_in
from tests.e2e.test_proof_page import opened
from tests.passport import school

SCREENS = Path(__file__).parents[2] / "docs" / "screens"

pytestmark = [pytest.mark.browser, pytest.mark.chain, pytest.mark.django_db(transaction=True)]


def keep(page: Page, name: str, *, whole: bool = True) -> None:
    SCREENS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}.png", full_page=whole, animations="disabled")


@pytest.mark.parametrize(
    ("width", "viewport"), [("390", PHONE), ("1280", DESK)], ids=["390", "1280"]
)
@pytest.mark.parametrize(
    ("look", "locale", "scheme"), [("en-light", "en-GB", "light"), ("es-dark", "es-ES", "dark")]
)
def test_screens(
    anchored_site: Site,
    open_page: OpenPage,
    devchain: DevChain,
    width: str,
    viewport: dict[str, int],
    look: str,
    locale: str,
    scheme: str,
) -> None:
    site = anchored_site
    site.school.post(
        [
            school.statement(
                9,
                school.verb("viewed", "vio", "viewed"),
                school.MUSIC,
                course=school.MUSIC,
                klass=None,
            )
        ]
    )
    site.log()
    share, closed = site.share(withheld=["authority"]), site.share()
    withdraw(share=closed)
    end = f"{look}-{width}"

    def visitor() -> Page:
        return open_page(viewport=viewport, locale=locale, color_scheme=scheme)

    page = visitor()
    page.goto(f"{site.url}/login/")
    keep(page, f"login-{end}")
    log_in(page, site)
    keep(page, f"timeline-{end}")
    course = f"{site.url}/courses/{site.school.course_id()}/"
    for name, address in (
        ("courses", f"{site.url}/courses/"),
        ("course", course),
        ("share-form", f"{course}share/"),
        ("shares", f"{site.url}/shares/"),
        ("share", f"{site.url}/shares/{share.pk}/"),
        ("me", f"{site.url}/me/"),
        ("log", f"{site.url}/log/"),
        ("not-found", f"{site.url}/nothing/"),
    ):
        page.goto(address)
        keep(page, f"{name}-{end}")
    page = opened(visitor(), share.url)
    keep(page, f"proof-{end}")
    page.goto(str(closed.url))
    keep(page, f"withdrawn-{end}")
    page = visitor()
    changed = bundle_of(share=share).decode().replace('"raw":3', '"raw":10')
    page.route(re.compile(r"/p/[^/]+/bundle"), lambda route: route.fulfill(body=changed))
    keep(opened(page, share.url), f"proof-tampered-{end}")
    page = visitor()
    page.route(f"{devchain.url}/**", lambda route: route.abort())
    keep(opened(page, share.url), f"proof-no-chain-{end}")


@pytest.mark.parametrize(
    ("width", "viewport", "look", "locale", "scheme"),
    [
        ("390", PHONE, "es-dark", "es-ES", "dark"),
        ("1280", DESK, "en-light", "en-GB", "light"),
    ],
    ids=["390", "1280"],
)
def test_screens_of_the_offline_verifier(
    open_page: OpenPage,
    tmp_path: Path,
    width: str,
    viewport: dict[str, int],
    look: str,
    locale: str,
    scheme: str,
) -> None:
    file = tmp_path / "keiko-verifier.html"
    file.write_bytes(offline_page())
    page = open_page(viewport=viewport, locale=locale, color_scheme=scheme)
    page.goto(file.as_uri())
    page.locator("#files").set_input_files([VECTORS / "course.keiko.json", VECTORS / "trust.json"])
    page.locator("#records details").nth(2).wait_for()
    keep(page, f"offline-verifier-{look}-{width}")
