"""A learner of whom Keiko keeps something in every place where it can."""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from lrs.hierarchy import discovery
from lrs.models import TokenSubject, TrustedIssuer
from lrs.rejections.facts import Facts
from lrs.rejections.services import keep
from passport.learners.services import create_learner, link_identity
from passport.models import Learner, Share
from passport.shares.services import share_course
from tests.erasure.dumps import forms
from tests.lrs.multipart import BOUNDARY, attachment, json_part, message, part
from tests.passport import school
from tests.passport.conftest import School

MAILBOX = "zurine.quijote@escuela-de-dia.example"
ACCOUNT = {"homePage": "https://moodle.escuela.example", "name": "user-zq-4711"}
NAME = "Zuriñe Quijote Ibáñez"
RESPONSE = "Creo que la balanza pesa setenta y tres"
EXTENSION = "solo-en-la-extension-8842"
ESSAY = b"Mi redaccion sobre el rio, de puno y letra."
STATE = b'{"bookmark":"pagina-ciento-nueve"}'
DIARY = f"{school.SCHOOL}/diaries/zq-4711"


@dataclass
class Somebody:
    """The learner, a share, the texts that the database holds of them, and all that it must not hold once they are
    erased: those in every form, and what it never held."""

    learner: Learner
    share: Share
    known: set[bytes]
    words: set[bytes]


def everywhere(the_school: School) -> Somebody:
    """Take somebody in: statements by two identifiers, an attachment, documents, a refused request, a passport."""
    by_mail = school.learner_actor(NAME, MAILBOX)
    statements = school.algebra_term(by_mail)
    statements[2]["result"] |= {
        "response": RESPONSE,
        "extensions": {"https://x.example/e": EXTENSION},
    }
    diary = school.activity(DIARY, "https://x.example/diary", "Diario", "Diary")
    by_account = school.statement(
        50, school.verb("wrote", "escribió", "wrote"), diary, actor=by_mail
    )
    by_account["actor"] = {"objectType": "Agent", "name": NAME, "account": ACCOUNT}
    by_account["attachments"] = [attachment(ESSAY)]
    the_school.post(statements)
    _post_with_essay(the_school, by_account)
    _put_documents(the_school)
    _refuse(the_school)
    user = get_user_model().objects.create_user(MAILBOX, "a long pass phrase", name=NAME)
    learner = create_learner(user=user, identifiers=[f"mbox:mailto:{MAILBOX}"])
    link_identity(learner=learner, identifier=f"account:{ACCOUNT['homePage']} {ACCOUNT['name']}")
    Client().force_login(user)  # leaves a session
    share = share_course(
        learner=learner,
        activity_id=the_school.course_id(),
        expires=timezone.now() + timedelta(days=2),
    )
    _vouch(the_school)
    discovery.catch_up()  # courses and classes have names of their own
    ids = [each["id"] for each in (*statements, by_account)]
    sha2 = hashlib.sha256(ESSAY).hexdigest()
    mailbox_sum = hashlib.sha1(f"mailto:{MAILBOX}".encode(), usedforsecurity=False).hexdigest()
    plain = (MAILBOX, ACCOUNT["name"], NAME, RESPONSE, EXTENSION, STATE.decode(), DIARY, sha2, *ids)
    known = {text.encode() for text in plain} | _digests()
    words = known | forms(*plain, mailbox_sum) | {bytes.fromhex(sha2), ESSAY}
    return Somebody(learner, share, known, words)


def _digests() -> set[bytes]:
    """Texts by which rows are found are there as SHA-256 too."""
    texts = (
        f"mbox:mailto:{MAILBOX}",
        f"account:{ACCOUNT['homePage']} {ACCOUNT['name']}",
        NAME,
        DIARY,
    )
    return {hashlib.sha256(text.encode()).digest() for text in texts}


def _headers(the_school: School) -> dict[str, str]:
    return {"Authorization": the_school.authorization, "X-Experience-API-Version": "1.0.3"}


def _post_with_essay(the_school: School, statement: dict[str, Any]) -> None:
    answer = Client().post(
        "/xapi/statements",
        message(json_part(statement), part(ESSAY)),
        content_type=f'multipart/mixed; boundary="{BOUNDARY}"',
        headers=_headers(the_school),
    )
    assert answer.status_code == 200, answer.content


def _put_documents(the_school: School) -> None:
    agent = json.dumps({"objectType": "Agent", "account": ACCOUNT})
    for path, place in (
        ("activities/state", {"activityId": DIARY, "agent": agent, "stateId": "bookmark"}),
        ("agents/profile", {"agent": agent, "profileId": "preferences"}),
    ):
        answer = Client().put(
            f"/xapi/{path}",
            STATE,
            content_type="application/json",
            query_params=place,
            headers={**_headers(the_school), "If-None-Match": "*"},
        )
        assert answer.status_code == 204, answer.content


def _vouch(the_school: School) -> None:
    """Have them come with a token of an issuer too, once."""
    issuer = TrustedIssuer.objects.create(
        store=the_school.store,
        label="School",
        issuer="https://login.example",
        audience="keiko",
        jwks_url="https://login.example/jwks",
        algorithms=["RS256"],
        scopes=["statements/write"],
    )
    TokenSubject.objects.create(
        issuer=issuer,
        subject="4711-opaque",
        authorities=[f"account:{ACCOUNT['homePage']} {ACCOUNT['name']}"],
    )


def _refuse(the_school: School) -> None:
    keep(
        kept=[
            Facts(
                moment=timezone.now(),
                store_id=the_school.store.pk,
                credential_id=None,
                key="",
                method="POST",
                resource="statements",
                parameters="",
                status=400,
                code="invalid",
                message=f"'mailto:{MAILBOX}' is written twice.",
                path="/actor",
                advice="",
                user_agent="Moodle",
                version="1.0.3",
                content_type="application/json",
                size=200,
                body=json.dumps({"actor": {"mbox": f"mailto:{MAILBOX}"}}).encode(),
            )
        ]
    )
