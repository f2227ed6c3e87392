"""Agents and activities in the administration: every name, the person, the definition, and where they lead."""

import re

import pytest
from django.db import connection

from lrs.agents.identifiers import agent_of
from lrs.models import Activity, Agent
from lrs.xapi.actors import identifier
from tests.lrs.admin import admin_client, plain_static_files, queries_of, staff, text_of
from tests.lrs.conftest import a_statement

__all__ = ["admin_client", "plain_static_files"]

ACCOUNT = {"account": {"homePage": "https://moodle.example", "name": "ana maria"}}


@pytest.mark.parametrize(
    "agent",
    [
        {"mbox": "mailto:ana@x.example"},
        {"mbox_sha1sum": "0" * 40},
        {"openid": "https://x.example/ana"},
        ACCOUNT,
    ],
)
def test_an_identifier_gives_its_agent_back(agent):
    assert agent_of(identifier(agent)) == {"objectType": "Agent", **agent}


def page_of(client, row):
    page = client.get(f"/admin/lrs/{row._meta.model_name}/{row.pk}/change/")
    assert page.status_code == 200
    return text_of(page)


def test_an_agent_shows_every_name_and_its_person(admin_client, xapi):
    for name in ("Ana", "Ana María", "<b>Ana</b>"):
        xapi.post(a_statement(actor={**ACCOUNT, "name": name}))
    agent = Agent.objects.get(identifier="account:https://moodle.example ana maria")
    raw = admin_client.get(f"/admin/lrs/agent/{agent.pk}/change/").content.decode()
    assert "<b>Ana</b>" not in raw
    page = page_of(admin_client, agent)
    assert "Ana, Ana María, <b>Ana</b>" in page
    assert '"objectType": "Person"' in page
    assert '"homePage": "https://moodle.example"' in page
    assert f"/admin/lrs/document/?store__id__exact={agent.store_id}&q=account" in page


def test_an_activity_shows_what_is_stored_of_it(admin_client, xapi):
    definition = {
        "name": {"en": "Fractions"},
        "description": {"en": "Halves & thirds"},
        "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
        "interactionType": "numeric",
        "correctResponsesPattern": ["4[:]"],
    }
    xapi.post(a_statement(object={"id": "https://x.example/q", "definition": definition}))
    activity = Activity.objects.get(iri="https://x.example/q")
    page = page_of(admin_client, activity)
    assert "Halves & thirds" in page
    assert '"correctResponsesPattern"' in page
    assert "related_activities=on" in page


def test_the_lists_ask_no_more_for_more_rows(admin_client, xapi):
    xapi.post(a_statement())
    few = {name: len(queries_of(admin_client, f"/admin/lrs/{name}/")) for name in PAGES}
    for number in range(5):
        xapi.post(
            a_statement(
                actor={"mbox": f"mailto:{number}@x.example"},
                verb={"id": f"https://x.example/v/{number}"},
                object={"id": f"https://x.example/{number}"},
            )
        )
    for name in PAGES:
        asked = queries_of(admin_client, f"/admin/lrs/{name}/")
        assert len(asked) == few[name], name
        assert not any("COUNT(" in sql for sql in asked if f'FROM "lrs_{name}"' in sql)


PAGES = ("agent", "activity", "verb")


def test_who_may_not_look_sees_none_of_them(xapi):
    xapi.post(a_statement())
    stranger = staff("view_store")
    for row in (Agent.objects.first(), Activity.objects.first()):
        name = row._meta.model_name
        assert stranger.get(f"/admin/lrs/{name}/").status_code == 403
        assert stranger.get(f"/admin/lrs/{name}/{row.pk}/change/").status_code == 403


FILL = {
    "activity": "INSERT INTO lrs_activity (store_id, digest, iri, type, definition)"
    " SELECT %s, sha256(n::text::bytea), 'https://x.example/' || n, '', '' FROM generate_series(1, 5000) n",
    "verb": "INSERT INTO lrs_verb (store_id, digest, iri)"
    " SELECT %s, sha256(n::text::bytea), 'https://x.example/' || n FROM generate_series(1, 5000) n",
}


@pytest.mark.parametrize("kind", FILL)
def test_a_search_for_an_iri_uses_the_index(admin_client, xapi, store, kind):
    """The index on digests begins with the store: without the stores every row would be read."""
    sent = a_statement()
    xapi.post(sent)
    with connection.cursor() as cursor:
        cursor.execute(FILL[kind], [store.pk])
        cursor.execute(f"ANALYZE lrs_{kind}")
    iri = sent["object" if kind == "activity" else "verb"]["id"]
    page = admin_client.get(f"/admin/lrs/{kind}/", {"q": iri})
    (found,) = page.context["cl"].result_list
    assert found.iri == iri
    plan = page.context["cl"].queryset.order_by().explain()
    assert re.search(r"Index Cond: .*store_id.*digest = ", plan), plan
