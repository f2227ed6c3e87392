"""A stranger opens a proof link, and their own browser checks it: on a real chain."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from passport.shares.selectors import bundle_of
from passport.shares.services import withdraw
from tests.e2e.conftest import OpenPage, Site

pytestmark = [pytest.mark.browser, pytest.mark.chain, pytest.mark.django_db(transaction=True)]

IDS = ["records", "inclusion", "checkpoint", "anchor", "consistency", "status"]


def outcomes(page: Page) -> list[str]:
    """The outcome of each check, once all have ended."""
    expect(page.locator("#stamp")).not_to_have_attribute("data-outcome", "waiting")
    rows = page.locator("[data-check]")
    assert [row.get_attribute("data-check") for row in rows.all()] == IDS
    return [str(row.get_attribute("data-outcome")) for row in rows.all()]


def opened(page: Page, address: str | None) -> Page:
    assert address
    page.goto(address)
    page.locator("#stamp-note").filter(has_text=re.compile(r"\d")).wait_for()
    return page


def test_every_check_passes_and_the_sentence_says_who_what_and_since_when(
    anchored_site: Site, open_page: OpenPage
) -> None:
    page = opened(open_page(), anchored_site.share().url)
    assert outcomes(page) == ["passed"] * 6
    expect(page.locator("#verdict-sentence")).to_have_text(
        re.compile(
            r"^Ana García López completed Algebra I at Instituto Rosalía de Castro\. This was recorded "
            r"no later than \d+ \w+ \d{4}.* UTC, and has not been changed since\.$"
        )
    )
    expect(page.locator("#stamp-word")).to_have_text("Checked")
    expect(page.locator("#announcer")).to_contain_text("Checked. Ana García López completed")


def test_the_sentence_is_spanish_for_a_spanish_reader(
    anchored_site: Site, open_page: OpenPage
) -> None:
    page = opened(open_page(locale="es-ES"), anchored_site.share().url)
    expect(page.locator("#verdict-sentence")).to_contain_text(
        "Ana García López completó Álgebra I en Instituto Rosalía de Castro. "
        "Quedó registrado a más tardar el "
    )
    expect(page.locator("#stamp-word")).to_have_text("Comprobado")


def test_a_learner_who_withheld_who_they_are_is_not_named_and_the_rest_still_proves(
    anchored_site: Site, open_page: OpenPage
) -> None:
    page = opened(open_page(), anchored_site.share(withheld=["actor", "result"]).url)
    assert outcomes(page) == ["passed"] * 6
    expect(page.locator("#verdict-sentence")).to_contain_text("A learner completed Algebra I")
    assert "García" not in page.content()


def test_a_changed_score_is_said_to_be_tampered_with_and_nothing_is_claimed(
    anchored_site: Site, open_page: OpenPage
) -> None:
    share = anchored_site.share()
    honest = bundle_of(share=share).decode()
    page = open_page()
    better = honest.replace('"raw":3', '"raw":10')
    assert better != honest
    page.route(re.compile(r"/p/[^/]+/bundle"), lambda route: route.fulfill(body=better))
    opened(page, share.url)
    assert outcomes(page)[0] == "failed"
    assert "passed" not in outcomes(page)
    expect(page.locator("#verdict-sentence")).to_have_text("Do not rely on this page.")
    expect(page.locator("#verdict-more")).to_contain_text("The file was tampered with")
    expect(page.locator("#shown")).to_be_hidden()
    assert "completed" not in page.inner_text("main")
    assert "Ana García López" not in page.inner_text("main")


def test_a_chain_that_cannot_be_reached_is_no_red_cross(
    anchored_site: Site, open_page: OpenPage, settings: Any
) -> None:
    page = open_page()
    page.route(f"{settings.CHAIN_PUBLIC_URL}/**", lambda route: route.abort())
    opened(page, anchored_site.share().url)
    found = outcomes(page)
    assert found[:3] == ["passed"] * 3
    assert found[3] == "could_not_check"
    assert "failed" not in found
    expect(page.locator('[data-check="anchor"]')).to_contain_text(
        "We could not reach the chain. Nothing is wrong with the record; try again or use another node."
    )
    expect(page.locator("#stamp-word")).to_have_text("Not fully checked")
    page.unroute_all()
    page.get_by_label("Your own node of the chain").fill(settings.CHAIN_PUBLIC_URL)
    page.get_by_role("button", name="Run the checks again").click()
    expect(page.locator("#stamp-word")).to_have_text("Checked")
    assert outcomes(page) == ["passed"] * 6


def test_a_mistyped_node_is_said_beside_its_field(anchored_site: Site, open_page: OpenPage) -> None:
    page = opened(open_page(), anchored_site.share().url)
    page.get_by_label("Your own node of the chain").fill("my node")
    page.get_by_role("button", name="Run the checks again").click()
    expect(page.locator("#node-error")).to_contain_text("begins with http:// or https://")
    expect(page.locator("#node")).to_be_focused()


def test_a_record_that_waits_for_the_chain_is_said_to_be_recorded(
    site: Site, open_page: OpenPage
) -> None:
    site.log()
    page = opened(open_page(), site.share().url)
    found = outcomes(page)
    assert found[:3] == ["passed"] * 3
    assert "failed" not in found
    expect(page.locator("#verdict-sentence")).to_contain_text("It will be committed")
    expect(page.locator('[data-check="anchor"]')).to_contain_text("Recorded, and waiting")


def test_a_share_withdrawn_while_the_page_is_open_closes_with_the_next_check(
    anchored_site: Site, open_page: OpenPage
) -> None:
    share = anchored_site.share()
    page = opened(open_page(), share.url)
    withdraw(share=share)
    page.get_by_role("button", name="Run the checks again").click()
    expect(page.locator("#verdict-more")).to_contain_text("The learner withdrew this share.")
    expect(page.locator("#shown")).to_be_hidden()


def test_without_scripts_it_says_honestly_that_nothing_was_checked(
    anchored_site: Site, open_page: OpenPage
) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(str(anchored_site.share().url))
    assert "It runs no scripts, so nothing below has been checked." in page.content()
    expect(page.locator("#stamp-word")).to_have_text("Not checked")
    assert "passed" not in [
        row.get_attribute("data-outcome") for row in page.locator("[data-check]").all()
    ]


def test_the_page_asks_only_its_own_site_and_the_chain(
    anchored_site: Site, open_page: OpenPage, settings: Any
) -> None:
    page, asked, complaints = open_page(), list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    opened(page, anchored_site.share().url)
    allowed = (anchored_site.url, settings.CHAIN_PUBLIC_URL, "data:")
    assert [url for url in asked if not url.startswith(allowed)] == []
    assert complaints == []
    assert page.context.cookies() == []


def test_the_file_downloads_under_the_name_of_the_course(
    anchored_site: Site, open_page: OpenPage
) -> None:
    page = opened(open_page(), anchored_site.share().url)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the file").click()
    assert download.value.suggested_filename == "algebra-i.keiko.json"
