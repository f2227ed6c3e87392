"""The administration in a real browser: a credential is issued, a client uses it, and what it did is seen."""

import json
import re
import urllib.error
import urllib.request
from base64 import b64encode
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Page, expect

from lrs.hierarchy.discovery import catch_up
from lrs.models import (
    Activity,
    Agent,
    Attachment,
    Credential,
    Document,
    Node,
    RejectionCause,
    Statement,
    TrustedIssuer,
)
from lrs.oauth.services import trust_issuer
from lrs.rejections import recorder as recording
from lrs.stores.services import rotate_secret
from lrs.tasks import count_arrivals
from tests.e2e.conftest import DESK, PHONE, OpenPage, Site
from tests.lrs.conftest import a_statement, client_of, issued_for
from tests.lrs.documenting import STATE, Documents
from tests.lrs.multipart import attachment, json_part, part
from tests.lrs.multipart import post as send_parts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def notes(monkeypatch: pytest.MonkeyPatch, settings: Any) -> recording.Recorder:
    """Rejected requests are noted, and written down when asked."""
    settings.XAPI_REJECTIONS_KEPT = 100
    recorder = recording.Recorder(delay=None)
    monkeypatch.setattr(recording, "recorder", recorder)
    return recorder


@pytest.fixture
def said() -> list[str]:
    """What the browser complained about: the policy, a script, a file that is not there."""
    return []


@pytest.fixture
def administrator(site: Site, open_page: OpenPage, said: list[str]) -> Any:
    """Opens an administrator's page, logged in."""

    def log_in(**options: Any) -> Page:
        email = f"root{get_user_model().objects.count()}@school.example"
        get_user_model().objects.create_superuser(email, "a long pass phrase", name="Aitana")
        page = open_page(**{"viewport": DESK, **options})
        page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
        page.goto(f"{site.url}/admin/")
        page.fill("#id_username", email)
        page.fill("#id_password", "a long pass phrase")
        page.click("button[type=submit]")
        page.wait_for_url("**/admin/")
        return page

    return log_in


def post(site: Site, key: str, secret: str, body: Any) -> int:
    request = urllib.request.Request(  # noqa: S310  # our own server
        f"{site.url}/xapi/statements",
        data=json.dumps(body).encode(),
        headers={
            "Authorization": "Basic " + b64encode(f"{key}:{secret}".encode()).decode(),
            "Content-Type": "application/json",
            "X-Experience-API-Version": "1.0.3",
            "User-Agent": "Moodle/4.5",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def issue(page: Page, site: Site, label: str) -> tuple[str, str]:
    page.goto(f"{site.url}/admin/lrs/credential/add/?store={site.school.store.pk}")
    page.get_by_label("Label").fill(label)
    page.get_by_role("button", name="Save", exact=True).click()
    return page.locator("#key").inner_text(), page.locator("#secret").inner_text()


def test_a_credential_is_issued_used_and_what_it_sent_is_seen(
    site: Site, administrator: Any, said: list[str]
) -> None:
    page = administrator()
    key, secret = issue(page, site, "Moodle")
    page.goto(f"{site.url}/admin/lrs/store/{site.school.store.pk}/connect/")
    expect(page.locator("#endpoint")).to_have_text(f"{site.url}/xapi/")
    expect(page.get_by_text("Your LRS endpoint for the xAPI")).to_be_visible()
    assert secret not in page.content()
    assert post(site, key, secret, a_statement(result={"score": {"raw": 8, "max": 10}})) == 200
    link = page.get_by_role("link", name="Ana Núñez · answered · Fracciones")
    link.wait_for(timeout=15_000)  # the page looks again by itself
    link.click()
    expect(page.get_by_text("raw 8, highest 10")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Download the exact bytes")).click()
    assert json.loads(download.value.path().read_bytes())["actor"]["name"] == "Ana Núñez"
    assert said == []


def test_a_rejected_request_is_seen_with_its_reason(
    site: Site, administrator: Any, notes: recording.Recorder, said: list[str]
) -> None:
    page = administrator()
    key, secret = issue(page, site, "Moodle")
    wrong = a_statement(actor={"mbox": "ana@escuela.example"})
    assert [post(site, key, secret, wrong) for _ in range(3)] == [400] * 3
    assert post(site, key, "wrong", a_statement()) == 401
    notes.flush()
    page.goto(f"{site.url}/admin/lrs/rejectioncause/")
    row = page.get_by_role("row").filter(has_text="400 invalid")
    expect(row).to_contain_text("3 ×")
    row.get_by_role("link").click()
    expect(page.get_by_text("Moodle/4.5").first).to_be_visible()
    expect(page.get_by_text("/actor/mbox").first).to_be_visible()
    page.goto(f"{site.url}/admin/lrs/rejectioncause/?status=401")
    expect(page.get_by_role("row").filter(has_text="401 wrong-credential")).to_contain_text(
        "Moodle"
    )
    assert said == []


def test_the_filters_of_the_browser_find_a_learners_statements(
    site: Site, administrator: Any, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lrs.admin.browser.PER_PAGE", 5)
    page = administrator(viewport=PHONE)
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Statements").first.click()
    page.get_by_text("Filters").click()
    page.get_by_label("Agent", exact=True).fill("nobody@school.example")
    page.get_by_role("button", name="Show statements").click()
    expect(page.get_by_text("No statement matches these filters.")).to_be_visible()
    page.get_by_role("link", name="Clear the filters").click()
    expect(page.locator("tbody tr")).to_have_count(5)
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_role("link", name="To the beginning")).to_be_visible()
    assert said == []


ADDRESSES = (
    "", "lrs/store/", "lrs/store/add/", "lrs/store/{store}/change/", "lrs/store/{store}/connect/",
    "lrs/store/{store}/arrivals/", "lrs/credential/", "lrs/credential/add/", "lrs/statement/",
    "lrs/statement/{seq}/change/", "lrs/rejectioncause/", "lrs/rejectioncause/{cause}/change/",
    "lrs/credential/{credential}/change/", "lrs/credential/{credential}/rotate/",
    "lrs/credential/{credential}/revoke/", "lrs/store/{store}/authority/", "lrs/document/",
    "lrs/document/{document}/change/", "lrs/attachment/", "lrs/attachment/{attachment}/change/",
    "lrs/trustedissuer/", "lrs/trustedissuer/add/", "lrs/trustedissuer/{issuer}/change/",
    "lrs/trustedissuer/{issuer}/revoke/", "lrs/tokensubject/",
    "lrs/node/", "lrs/node/{node}/change/", "lrs/store/{store}/rules/", "lrs/typerule/",
    "lrs/typerule/add/", "lrs/kindrule/", "lrs/kindrule/add/?verb=answered",
    "lrs/agent/", "lrs/agent/{agent}/change/", "lrs/activity/{activity}/change/",
    "lrs/activity/", "lrs/verb/", "keiko/user/", "auth/group/add/",
    "keiko/user/{user}/change/", "passport/learner/", "passport/share/", "anchoring/checkpoint/",
    "anchoring/anchor/", "anchoring/pending/", "chain/submission/", "chain/chain/",
)  # fmt: skip


def fill(site: Site) -> None:
    """A credential with two secrets, a document, an attachment, a course, an issuer."""
    trust_issuer(
        store=site.school.store,
        label="Campus",
        issuer="https://login.school.example",
        audience="https://lrs.school.example",
        jwks_url="https://login.school.example/jwks",
        granted=["statements/read"],
    )
    issued = issued_for(site.school.store)
    rotate_secret(credential=issued.credential)
    xapi = client_of(issued)
    assert Documents(xapi, STATE).put({"page": 3}, If_None_Match="*").status_code == 204
    whole = a_statement(attachments=[attachment(b"tarea")])
    assert send_parts(xapi, json_part(whole), part(b"tarea")).status_code == 200
    catch_up()


@pytest.mark.parametrize(
    ("scheme", "viewport"), [("light", DESK), ("dark", PHONE)], ids=["light-desk", "dark-phone"]
)
def test_axe_finds_nothing_and_the_policy_forbids_nothing(
    site: Site,
    administrator: Any,
    axe: Any,
    notes: recording.Recorder,
    said: list[str],
    scheme: str,
    viewport: Any,
) -> None:
    assert post(site, "nobodys-key", "x", {}) == 401
    notes.flush()
    count_arrivals()
    fill(site)
    page = administrator(viewport=viewport, color_scheme=scheme)
    ids = {
        "store": site.school.store.pk,
        "credential": Credential.objects.latest("pk").pk,
        "issuer": TrustedIssuer.objects.get().pk,
        "node": Node.objects.get(level="course").pk,
        "activity": Activity.objects.exclude(definition="").latest("pk").pk,
        "document": Document.objects.get().pk,
        "attachment": Attachment.objects.get().pk,
        "seq": Statement.objects.latest("seq").seq,
        "cause": RejectionCause.objects.get().pk,
        "agent": Agent.objects.latest("id").pk,
        "user": get_user_model().objects.latest("id").pk,
    }
    faults = []
    for address in ADDRESSES:
        answer = page.goto(f"{site.url}/admin/" + address.format(**ids))
        assert answer is not None
        assert answer.status == 200, address
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > viewport["width"]:
            faults.append(f"{address}: {width} wide")
        page.evaluate(axe.read_text(encoding="utf-8"))  # the policy stays in force
        violations = page.evaluate("axe.run().then((result) => result.violations)")
        faults += [
            f"{address}: {v['id']}: {node['html'][:160]} {node['failureSummary'][:160]}"
            for v in violations
            for node in v["nodes"][:2]
        ]
    assert faults == [], "\n".join(faults)
    assert said == []
