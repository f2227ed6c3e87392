"""The one-file verifier in a real browser, opened from a disk, with the network off."""

import json
import re
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Page, expect

from anchoring.core import notes
from passport.offline.page import offline_page
from tests.anchoring.core import example
from tests.anchoring.core.make_vectors import VECTORS
from tests.e2e.conftest import DESK, PHONE, OpenPage, Site

pytestmark = [pytest.mark.browser]

COURSE, TRUST = VECTORS / "course.keiko.json", VECTORS / "trust.json"
# As a person's hand would do it: the page's own handlers get a real DataTransfer.
DROP = """([files]) => {
  const carried = new DataTransfer();
  for (const { name, text } of files) carried.items.add(new File([text], name));
  const target = document.getElementById("drop");
  for (const type of ["dragover", "drop"])
    target.dispatchEvent(new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


class Opened:
    """The page from a file, in a browser without network, and everything that it asked for."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page, self.asked, self.complaints = page, list[str](), list[str]()
        page.context.set_offline(True)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(file.as_uri())

    def drop(self, *files: tuple[str, str]) -> None:
        self.page.evaluate(DROP, [[{"name": name, "text": text} for name, text in files]])

    def drop_example(self) -> None:
        self.drop(
            ("course.keiko.json", COURSE.read_text("utf-8")),
            ("trust.json", TRUST.read_text("utf-8")),
        )

    def outcomes(self) -> list[str | None]:
        expect(self.page.locator("[data-check]")).to_have_count(6)
        return [
            row.get_attribute("data-outcome") for row in self.page.locator("[data-check]").all()
        ]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file as the command writes it."""
    path = tmp_path / "keiko-verifier.html"
    call_command("offline_verifier", str(path), verbosity=0)
    return path


def test_a_dropped_bundle_is_checked_and_nothing_is_asked_of_anybody(
    file: Path, open_page: OpenPage
) -> None:
    opened = Opened(open_page(), file)
    opened.drop_example()

    assert opened.outcomes() == ["passed"] * 3 + ["could_not_check"] * 3
    expect(opened.page.locator("#verdict-sentence")).to_have_text(
        "3 records, not changed since Escuela de ejemplo recorded them."
    )
    expect(opened.page.locator("#verdict-more")).to_contain_text("4 May 2026 at 13:06 UTC")
    expect(opened.page.locator("#stamp-word")).to_have_text("Checked offline")
    expect(opened.page.locator("#records details")).to_have_count(3)
    assert [url for url in opened.asked if not url.startswith(("file:", "data:"))] == []
    assert opened.complaints == []


@pytest.mark.parametrize(
    ("without_policy", "said"), [(False, "Failed to fetch"), (True, "answered")]
)
def test_its_own_policy_forbids_the_network_also_where_there_is_one(
    file: Path, open_page: OpenPage, live_server: object, without_policy: bool, said: str
) -> None:
    page = open_page(bypass_csp=without_policy)
    page.goto(file.as_uri())
    address = f"{live_server}/keiko-verifier.html"  # open to scripts of any site

    found = page.evaluate("(url) => fetch(url).then(() => 'answered', (e) => e.message)", address)

    assert found == said


def test_a_changed_bundle_is_refused_and_nothing_of_it_is_shown(
    file: Path, open_page: OpenPage
) -> None:
    opened = Opened(open_page(), file)
    changed = COURSE.read_text("utf-8").replace('"raw":6', '"raw":7')
    opened.drop(("course.keiko.json", changed), ("trust.json", TRUST.read_text("utf-8")))

    assert opened.outcomes()[0] == "failed"
    expect(opened.page.locator("#verdict-sentence")).to_have_text("Do not rely on this file.")
    expect(opened.page.locator("#verdict-more")).to_contain_text("The file was tampered with")
    expect(opened.page.locator("#records-section")).to_be_hidden()
    assert "Zoë" not in opened.page.inner_text("body")
    assert "result" in str(opened.page.locator("#details").text_content())


def test_a_seal_of_somebody_else_is_said_to_be_one(file: Path, open_page: OpenPage) -> None:
    opened = Opened(open_page(), file)
    other = notes.sign(example.LOG.checkpoint(example.SIZE), example.OTHER_KEY)
    forged = json.loads(COURSE.read_text("utf-8")) | {"checkpoint": other}
    opened.drop(("course.keiko.json", json.dumps(forged)), ("trust.json", TRUST.read_text("utf-8")))

    assert opened.outcomes()[2] == "failed"
    expect(opened.page.locator("#verdict-more")).to_have_text(
        "The seal is not that of the record keeper. Somebody else made this file."
    )


def test_without_a_trust_file_it_says_that_the_keeper_is_not_known(
    file: Path, open_page: OpenPage
) -> None:
    opened = Opened(open_page(), file)
    opened.drop(("course.keiko.json", COURSE.read_text("utf-8")))
    expect(opened.page.locator("#verdict-sentence")).to_contain_text("whose they are is not known")
    expect(opened.page.locator("#verdict-more")).to_contain_text("Open that file as well")
    assert "later" not in opened.page.inner_text("#checks"), "what to wait for is nothing"
    opened.drop(("trust.json", TRUST.read_text("utf-8")))
    expect(opened.page.locator("#stamp-word")).to_have_text("Checked offline")


@pytest.mark.parametrize(
    "text", ["", "hello", "{", "[]", '{"format":"keiko-bundle/v1"}', "\ufeff{}"]
)
def test_a_file_that_is_no_bundle_is_refused_with_the_reason(
    file: Path, open_page: OpenPage, text: str
) -> None:
    opened = Opened(open_page(), file)
    opened.drop(("some.keiko.json", text))

    assert opened.outcomes() == ["failed"] + ["could_not_check"] * 5
    expect(opened.page.locator("#verdict-more")).to_contain_text("The file is damaged")
    expect(opened.page.locator("#details")).to_contain_text("cannot be read: ")
    assert opened.complaints == []


def test_a_trust_file_that_cannot_be_used_is_refused_with_the_reason(
    file: Path, open_page: OpenPage
) -> None:
    opened = Opened(open_page(), file)
    trust = json.loads(TRUST.read_text("utf-8"))
    trust["logs"][0]["url"] = "ftp://keiko.example"
    opened.drop(("course.keiko.json", COURSE.read_text("utf-8")), ("trust.json", json.dumps(trust)))

    expect(opened.page.locator("#problem")).to_contain_text("$.logs[0].url must be an http")
    expect(opened.page.locator("#trust-name")).to_have_text("not opened yet")
    assert opened.outcomes()[2] == "could_not_check"


def test_files_are_chosen_by_keyboard_as_well_and_the_language_by_a_press(
    file: Path, open_page: OpenPage
) -> None:
    page = Opened(open_page(locale="es-MX"), file).page
    expect(page.locator("h1")).to_have_text("Comprueba un archivo sin red")
    page.locator("#files").set_input_files([COURSE, TRUST])
    expect(page.locator("#verdict-sentence")).to_contain_text("3 registros, sin cambios desde que")
    page.get_by_role("button", name="English").click()
    expect(page.locator("#verdict-sentence")).to_contain_text("3 records, not changed since")
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize(
    "viewport", [{"width": 320, "height": 640}, PHONE, DESK], ids=["320", "390", "1280"]
)
def test_it_does_not_scroll_sideways_and_every_target_is_44_pixels_high(
    file: Path, open_page: OpenPage, viewport: dict[str, int]
) -> None:
    opened = Opened(open_page(viewport=viewport, locale="es-ES"), file)
    opened.drop_example()
    opened.page.locator("#records summary").first.click()
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    heights = opened.page.evaluate(
        "[...document.querySelectorAll('.button, .languages button, summary')]"
        ".filter((e) => e.checkVisibility()).map((e) => e.getBoundingClientRect().height)"
    )
    assert min(heights) >= 44


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_of(
    file: Path, open_page: OpenPage, axe: Path, scheme: str
) -> None:
    page = open_page(color_scheme=scheme, bypass_csp=True)  # axe is a script that is not the page's
    opened = Opened(page, file)
    opened.drop_example()
    page.add_script_tag(path=axe)
    found = page.evaluate("axe.run().then(({ violations }) => violations.map((each) => each.id))")
    assert found == []


def test_it_is_served_at_its_address_as_the_command_writes_it(file: Path) -> None:
    answer = Client().get("/keiko-verifier.html")

    assert answer.status_code == 200
    assert answer.content == file.read_bytes() == offline_page()
    assert answer["Content-Disposition"] == 'attachment; filename="keiko-verifier.html"'
    assert re.search(
        r"Content-Security-Policy\" content=\"default-src &#x27;none&#x27;", answer.content.decode()
    )
    assert Client().post("/keiko-verifier.html").status_code == 405


def test_a_thousand_records_are_checked_well_within_a_minute(
    file: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    """How fast it is, `bench/verify.py` measures; here, that a large bundle works at all."""
    from tests.anchoring.core.large import large_bundle

    bundle, trust = large_bundle(tmp_path, records=1000)
    opened = Opened(open_page(), file)
    began = time.monotonic()
    opened.page.locator("#files").set_input_files([bundle, trust])
    assert opened.outcomes() == ["passed"] * 3 + ["could_not_check"] * 3
    assert time.monotonic() - began < 60
    expect(opened.page.locator("#records-more")).to_contain_text("950 more records")


def test_the_proof_page_offers_it_for_download(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(str(site.share().url))
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the offline verifier").click()
    assert download.value.suggested_filename == "keiko-verifier.html"
    assert Path(download.value.path()).read_bytes() == offline_page()
