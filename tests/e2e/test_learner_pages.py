"""A learner on a phone: logs in, reads the timeline, shares a course, withdraws it."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, OpenPage, Site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NARROW = {"width": 320, "height": 640}  # what 1280 pixels are at a zoom of 400 %
TARGETS = (
    ".button, .places a, .brand, .languages button, .languages a, select, .choice, summary, "
    ".rail a, input:not([type=hidden], [type=checkbox])"
)


def log_in(page: Page, site: Site) -> Page:
    page.goto(f"{site.url}/login/")
    page.get_by_label(re.compile("E-mail address|Correo electrónico")).fill(site.ana.email)
    page.get_by_label(re.compile("Password|Contraseña")).fill(site.ana.password)
    page.get_by_role("button", name=re.compile("Log in|Entrar")).click()
    expect(page.locator(".cover h1")).to_have_text("Ana García López")
    return page


def addresses(site: Site) -> list[str]:
    share = site.share()
    course = f"/courses/{site.school.course_id()}/"
    own = ["/", "/courses/", course, f"{course}share/", "/shares/", f"/shares/{share.pk}/", "/me/"]
    return [
        *(f"{site.url}{path}" for path in own),
        str(share.url),
        f"{site.url}/log/",
        f"{site.url}/nothing/",
    ]


def test_from_login_to_a_withdrawn_share(site: Site, open_page: OpenPage) -> None:
    page = log_in(open_page(), site)
    expect(page.locator(".item").first).to_contain_text("Completed Algebra I")
    page.get_by_role("link", name="Algebra I").first.click()
    page.get_by_role("link", name="Share this course").click()
    page.get_by_label("Scores and answers").check()
    page.get_by_label("The link works for").select_option(label="1 month")
    page.get_by_role("button", name="Make the link").click()
    link = page.get_by_label("Proof link").input_value()
    assert re.fullmatch(rf"{re.escape(site.url)}/p/[\w-]{{24}}/", link)
    expect(page.get_by_role("img", name="QR code of the link")).to_be_visible()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("status")).to_contain_text("Withdrawn.")
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("The learner closed this page")


def test_a_wrong_password_is_said_and_the_address_stays(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{site.url}/login/")
    page.get_by_label("E-mail address").fill(site.ana.email)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    expect(page.get_by_label("E-mail address")).to_have_value(site.ana.email)


def test_the_language_changes_with_one_press(site: Site, open_page: OpenPage) -> None:
    page = log_in(open_page(), site)
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator(".item").first).to_contain_text("Completó Álgebra I")


@pytest.mark.parametrize("viewport", [NARROW, PHONE, DESK], ids=["320", "390", "1280"])
def test_no_page_scrolls_sideways_and_every_target_is_44_pixels_high(
    site: Site, open_page: OpenPage, viewport: dict[str, int]
) -> None:
    page = log_in(open_page(viewport=viewport, locale="es-ES"), site)
    for address in addresses(site):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], address
        small = page.evaluate(
            """(selector) => [...document.querySelectorAll(selector)]
                .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 43.9)
                .map((element) => element.outerHTML)""",
            TARGETS,
        )
        assert small == [], address


def test_the_pages_need_neither_inline_scripts_nor_styles(site: Site, open_page: OpenPage) -> None:
    page, complaints = open_page(), list[str]()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    log_in(page, site)
    for address in addresses(site)[:-1]:
        page.goto(address)
    assert [text for text in complaints if "Content Security Policy" in text] == []
    assert page.locator("[style], script:not([src], [type='application/json'])").count() == 0


def test_a_keyboard_sees_where_it_is_and_can_skip_to_the_content(
    site: Site, open_page: OpenPage
) -> None:
    page = log_in(open_page(), site)
    page.goto(site.url)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Go to the content")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_nothing_moves_for_those_who_asked_for_stillness(site: Site, open_page: OpenPage) -> None:
    page = open_page(reduced_motion="reduce")
    page.goto(str(site.share().url))
    assert (
        page.evaluate("getComputedStyle(document.getElementById('stamp')).animationName") == "none"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(site: Site, open_page: OpenPage, axe: Path, scheme: str) -> None:
    page = log_in(open_page(color_scheme=scheme, bypass_csp=True), site)
    found: dict[str, Any] = {}
    for address in [*addresses(site), f"{site.url}/p/unknown/"]:
        page.goto(address)
        page.add_script_tag(path=axe)
        violations = page.evaluate("axe.run().then((result) => result.violations)")
        if violations:
            found[address] = [
                (one["id"], [node["html"][:200] for node in one["nodes"]]) for one in violations
            ]
    assert found == {}
