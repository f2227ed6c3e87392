"""A learner with a term of records, taken in over HTTP, and somebody else with theirs."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from lrs.models import Activity, Store
from lrs.stores.services import create_store, issue_credential
from passport.learners.services import create_learner
from passport.models import Learner
from tests.passport import school


@dataclass(frozen=True)
class School:
    """A store with a credential, through which statements come in as from a real client."""

    store: Store
    authorization: str

    def post(self, statements: Sequence[dict[str, Any]]) -> None:
        answer = Client().post(
            "/xapi/statements",
            json.dumps(list(statements)),
            content_type="application/json",
            headers={"Authorization": self.authorization, "X-Experience-API-Version": "1.0.3"},
        )
        assert answer.status_code == 200, answer.content

    def course_id(self, iri: str = school.COURSE) -> int:
        return Activity.objects.get(store=self.store, iri=iri).pk


@dataclass(frozen=True)
class Person:
    learner: Learner
    client: Client
    email: str
    password: str


def open_school() -> School:
    store = create_store(
        slug="instituto", name="Instituto Rosalía de Castro", default_version="1.0.3"
    )
    issued = issue_credential(store=store, label="Moodle", scopes=["all"])
    pair = base64.b64encode(f"{issued.key}:{issued.secret}".encode()).decode()
    return School(store, f"Basic {pair}")


def enrol(name: str, email: str) -> Person:
    password = "a long pass phrase"
    user = get_user_model().objects.create_user(email, password, name=name)
    learner = create_learner(user=user, identifiers=[f"mbox:mailto:{email}"])
    client = Client()
    client.force_login(user)
    return Person(learner, client, email, password)


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    """Pages under test name static files plainly; test_static_files.py tests the hashed names."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def the_school(db: None) -> School:
    return open_school()


@pytest.fixture
def ana(the_school: School) -> Person:
    """Ana, with her eight records in Algebra I."""
    the_school.post(school.algebra_term())
    return enrol("Ana García López", "ana@school.example")


@pytest.fixture
def ben(the_school: School) -> Person:
    """Ben, with eight records of his own in the same course."""
    the_school.post(school.algebra_term(school.learner_actor("Ben Okafor", "ben@school.example")))
    return enrol("Ben Okafor", "ben@school.example")


@pytest.fixture
def log_and_sign(db: None) -> Callable[[], None]:
    """Take every pending record into the log and sign its head."""
    from anchoring.checkpoints import publish
    from anchoring.sequencer import sequence

    def run() -> None:
        while sequence(limit=1000):
            pass
        publish()

    return run
