"""The addresses below /xapi/."""

from django.urls import path

from lrs.api.about import about
from lrs.api.activities import activities
from lrs.api.agents import agents
from lrs.api.documents import activity_profile, agent_profile, state
from lrs.api.statements import statements
from lrs.api.unavailable import unavailable

app_name = "xapi"

urlpatterns = [
    path("statements", statements, name="statements"),
    path("activities/state", state, name="state"),
    path("activities/profile", activity_profile, name="activity-profile"),
    path("activities", activities, name="activities"),
    path("agents/profile", agent_profile, name="agent-profile"),
    path("agents", agents, name="agents"),
    path("about", about, name="about"),
    path("<anything:resource>", unavailable),
]
