"""The statement browser and the page of a statement: what the API would find, readable, and nothing that runs."""

import html
import json
import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lrs.admin import browser
from lrs.models import Statement
from lrs.stores.services import create_store
from tests.lrs.conftest import a_statement, client_of, issued_for, new_id, voiding

REGISTRATION = "16fd2706-8baf-433b-82eb-8c7fada847da"
COURSE = "https://escuela.example/course/algebra"


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def admin_client(client, db):
    client.force_login(get_user_model().objects.create_superuser("admin@x.example"))
    return client


@pytest.fixture
def browse(admin_client):
    def listed(**filters):
        page = admin_client.get("/admin/lrs/statement/", filters)
        assert page.status_code == 200
        return page

    return listed


def ids(page):
    return [row.id for row, _ in page.context["rows"]]


def text_of(page):
    return re.sub(r"\s+", " ", html.unescape(page.content.decode()))


@pytest.fixture
def three(xapi):
    """A statement of Ana's, one of Berta's that Ana teaches, and one in the course."""
    berta = {"account": {"homePage": "https://moodle.example", "name": "berta"}, "name": "Berta"}
    ana = {"mbox": "mailto:ana@escuela.example", "objectType": "Agent"}
    sent = {
        "ana": a_statement(id=new_id()),
        "berta": a_statement(
            id=new_id(), actor=berta, verb={"id": "http://a.example/verbs/watched"},
            context={"instructor": ana, "registration": REGISTRATION},
        ),
        "course": a_statement(
            id=new_id(), actor={"openid": "https://id.example/carla"},
            context={"contextActivities": {"grouping": [{"id": COURSE}]}},
        ),
    }  # fmt: skip
    assert xapi.post(list(sent.values())).status_code == 200
    return {name: statement["id"] for name, statement in sent.items()}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["course", "berta", "ana"]),
        ({"ascending": "on"}, ["ana", "berta", "course"]),
        ({"agent": "ana@escuela.example"}, ["ana"]),
        ({"agent": "mailto:ana@escuela.example"}, ["ana"]),
        ({"agent": '{"mbox": "mailto:ana@escuela.example"}'}, ["ana"]),
        ({"agent": "ana núñez"}, ["ana"]),
        ({"agent": "https://moodle.example berta"}, ["berta"]),
        ({"agent": "berta"}, ["berta"]),
        ({"agent": "https://id.example/carla"}, ["course"]),
        ({"agent": "ana@escuela.example", "related_agents": "on"}, ["berta", "ana"]),
        ({"agent": "nobody@escuela.example"}, []),
        ({"verb": "http://a.example/verbs/watched"}, ["berta"]),
        ({"verb": "watched"}, ["berta"]),
        ({"activity": COURSE}, []),
        ({"activity": COURSE, "related_activities": "on"}, ["course"]),
        ({"registration": REGISTRATION}, ["berta"]),
    ],
)
def test_each_filter_finds_what_the_api_finds(browse, three, filters, expected):
    assert ids(browse(**filters)) == [three[name] for name in expected]


def test_a_span_of_time_and_an_id_are_filters_too(browse, three):
    soon = (timezone.now() + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")
    assert ids(browse(since=soon)) == []
    assert len(ids(browse(until=soon))) == 3
    assert ids(browse(id=three["berta"])) == [three["berta"]]
    assert ids(browse(id=new_id())) == []


def test_voided_statements_are_hidden_and_can_be_asked_for(browse, three, xapi):
    assert xapi.post(voiding(three["ana"])).status_code == 200
    assert three["ana"] not in ids(browse())
    assert ids(browse(voided="on")) == [three["ana"]]


def test_one_store_at_a_time(browse, three, store):
    other = create_store(slug="otra", name="Otra")
    theirs = client_of(issued_for(other)).post(a_statement()).json()
    assert ids(browse(store=other.pk)) == theirs
    assert set(ids(browse(store=store.pk))) == set(three.values())


def test_the_verbs_to_choose_from_are_those_of_the_chosen_store(admin_client, xapi):
    other = create_store(slug="other", name="Other")
    watched = "http://a.example/verbs/watched"
    client_of(issued_for(other)).post(a_statement(verb={"id": watched}))
    xapi.post(a_statement())
    page = admin_client.get("/admin/lrs/statement/", {"store": other.pk})
    assert page.context["verbs"] == [watched]


def test_namesakes_are_offered_to_choose_from(browse, xapi):
    for number in (1, 2):
        xapi.post(a_statement(actor={"mbox": f"mailto:ana{number}@x.example", "name": "Ana"}))
    page = browse(agent="Ana")
    assert ids(page) == []
    assert "Several agents have this name" in text_of(page)
    address = re.search(r'href="(\?store=\d+&amp;agent=[^"]+)"', page.content.decode())[1]
    chosen = page.client.get("/admin/lrs/statement/" + html.unescape(address))
    assert len(ids(chosen)) == 1


@pytest.mark.parametrize(
    "filters",
    [{"id": "x"}, {"registration": "x"}, {"since": "x"}, {"activity": "no-iri"}, {"store": "0"}],
)
def test_a_filter_that_cannot_be_says_so_and_finds_nothing(browse, three, filters):
    page = browse(**filters)
    assert ids(page) == []
    assert page.context["form"].errors


@pytest.mark.parametrize("after", ["x", "-1", "9" * 40, "1.5"])
def test_an_address_that_was_tampered_with_is_the_first_page(browse, three, after):
    assert len(ids(browse(after=after))) == 3


def test_pages_follow_each_other_without_a_gap_while_statements_arrive(browse, xapi, monkeypatch):
    monkeypatch.setattr(browser, "PER_PAGE", 4)
    sent = xapi.post([a_statement() for _ in range(10)]).json()
    page = browse()
    seen = ids(page)
    xapi.post(a_statement())
    while page.context["next_page"]:
        page = page.client.get("/admin/lrs/statement/" + page.context["next_page"])
        seen += ids(page)
    assert seen == sent[::-1]


def test_nothing_is_counted_to_show_a_page(browse, three):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        browse(agent="ana@escuela.example")
    assert not [q["sql"] for q in queries if "COUNT(" in q["sql"].upper()]


def the_page(admin_client, statement_id):
    seq = Statement.objects.get(id=statement_id).seq
    return admin_client.get(f"/admin/lrs/statement/{seq}/change/")


def test_a_statement_is_read_with_its_result_its_context_and_its_place(admin_client, xapi):
    statement = a_statement(
        result={
            "score": {"raw": 8, "max": 10}, "success": True, "response": "7/4", "duration": "PT42S",
            "extensions": {"https://x.example/hints": {"used": 2}},
        },
        context={
            "registration": REGISTRATION, "platform": "Moodle 4.5",
            "contextActivities": {"grouping": [{"id": COURSE, "definition": {"name": {"es": "Álgebra"}}}]},
        },
    )  # fmt: skip
    page = the_page(admin_client, xapi.post(statement).json()[0])
    text = text_of(page)
    for expected in ("Ana Núñez", "answered", "Fracciones", "raw 8, highest 10", "7/4", "PT42S",
                     "Moodle 4.5", "Álgebra", REGISTRATION, '{"used": 2}', "recorded, to enter the log"):  # fmt: skip
        assert expected in text
    assert "related_activities=on" in page.content.decode()


def test_what_a_client_wrote_is_text_and_never_markup(admin_client, xapi, browse):
    nasty = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    statement = a_statement(
        actor={"mbox": "mailto:a@x.example", "name": nasty},
        verb={"id": "http://a.example/v", "display": {"en": nasty}},
        result={"response": nasty, "extensions": {"https://x.example/e": nasty}},
        context={"platform": nasty},
    )
    (statement_id,) = xapi.post(statement).json()
    for page in (the_page(admin_client, statement_id), browse()):
        source = page.content.decode()
        assert "&lt;script&gt;alert(1)" in source
        assert "<script>alert" not in source
        assert "<img src=x" not in source


@pytest.mark.parametrize(
    "changes",
    [
        {"actor": {"objectType": "Group", "member": [{"mbox": "mailto:a@x.example"}]}},
        {"actor": {"objectType": "Group", "name": "Team", "mbox_sha1sum": "a" * 40}},
        {"object": {"objectType": "StatementRef", "id": "16fd2706-8baf-433b-82eb-8c7fada847da"}},
        {"object": {"objectType": "Agent", "openid": "https://id.example/x"}},
        {
            "object": {
                "objectType": "SubStatement",
                "actor": {"mbox": "mailto:a@x.example"},
                "verb": {"id": "http://a.example/v"},
                "object": {"id": "http://a.example/x"},
            }
        },
        {"verb": {"id": "tag:x,2026:v"}, "object": {"id": "urn:x:y"}},
        {"result": {"score": {"scaled": 0.5}, "completion": True}},
    ],
)
def test_every_kind_of_statement_can_be_read(admin_client, xapi, browse, changes):
    answer = xapi.post(a_statement(**changes))
    assert answer.status_code == 200, answer.content
    assert the_page(admin_client, answer.json()[0]).status_code == 200
    assert ids(browse()) == answer.json()


def test_the_exact_bytes_are_there_to_download(admin_client, xapi):
    (statement_id,) = xapi.post(a_statement()).json()
    served = xapi.get(statementId=statement_id).content
    seq = Statement.objects.get().seq
    answer = admin_client.get(f"/admin/lrs/statement/{seq}/exact.json")
    assert answer.content == served
    assert answer["Content-Disposition"].startswith("attachment")
    assert json.loads(answer.content)["id"] == statement_id


def test_the_browser_is_for_those_who_may_look_at_statements(client, xapi):
    (statement_id,) = xapi.post(a_statement()).json()
    somebody = get_user_model().objects.create_user("staff@x.example", is_staff=True)
    client.force_login(somebody)
    seq = Statement.objects.get(id=statement_id).seq
    for address in ("", f"{seq}/change/", f"{seq}/exact.json"):
        assert client.get(f"/admin/lrs/statement/{address}").status_code == 403


def test_there_is_no_page_for_a_statement_that_is_not_there(admin_client):
    for seq in ("123456", "x", "9" * 30):
        assert admin_client.get(f"/admin/lrs/statement/{seq}/change/").status_code == 404
