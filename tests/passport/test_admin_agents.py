"""An agent's page in the administration names the learner whose it is, to who may know."""

from django.contrib.auth import get_user_model

from lrs.models import Agent
from passport.learners.services import create_learner
from tests.lrs.admin import admin_client, plain_static_files, staff, text_of
from tests.lrs.conftest import a_statement, issued, store, xapi

__all__ = ["admin_client", "issued", "plain_static_files", "store", "xapi"]


def test_the_learner_and_its_other_agents_are_shown_to_who_may_see_learners(admin_client, xapi):
    for actor in ({"mbox": "mailto:ana@x.example"}, {"openid": "https://x.example/ana"}):
        xapi.post(a_statement(actor=actor))
    first, second = Agent.objects.filter(identifier__contains="x.example").order_by("pk")
    address = f"/admin/lrs/agent/{first.pk}/change/"
    assert "Nobody is known to be this agent." in text_of(admin_client.get(address))
    create_learner(
        user=get_user_model().objects.create_user("ana@x.example", name="Ana"),
        identifiers=[first.identifier, second.identifier],
    )
    page = text_of(admin_client.get(address))
    assert "/admin/passport/learner/" in page
    assert f"/admin/lrs/agent/{second.pk}/change/" in page
    assert "Belongs to" not in text_of(staff("view_agent").get(address))
