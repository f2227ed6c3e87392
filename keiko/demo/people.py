"""What the demo makes once: a store with a credential, an administrator, a learner.

Each function finds what is there already. Secrets go to the facts file before the transaction that
makes them true commits: killed in between, the next start finds a secret that opens nothing, sees
that, and makes a new one; it never finds a secret that nobody knows.
"""

import secrets

from django.db import transaction

from keiko.demo import school
from keiko.demo.facts import FactsFile
from keiko.demo.school import LUCIA
from keiko.demo.term import statements, term
from keiko.models import User
from lrs.models import Credential, Store
from lrs.stores.services import create_store, issue_credential
from lrs.xapi.actors import identifier
from passport.learners.services import create_learner, link_identity
from passport.models import Learner

STORE_SLUG = "ies-alameda"
ADMIN_EMAIL = "admin@iesalameda.example"


def somebody_lives_here() -> bool:
    """Whether the database has stores and none is the demo's: then it is no place for a demo."""
    slugs = set(Store.objects.values_list("slug", flat=True))
    return bool(slugs) and STORE_SLUG not in slugs


def the_store() -> Store:
    found = Store.objects.filter(slug=STORE_SLUG).first()
    return found or create_store(slug=STORE_SLUG, name=school.SCHOOL_NAME, default_version="1.0.3")


def a_credential(*, store: Store, file: FactsFile) -> bool:
    """Make sure that the file holds a credential that opens the store.

    True when an earlier one had to be replaced, because its secret is lost.
    """
    known = Credential.objects.filter(store=store, revoked=None)
    if file.facts.secret and known.filter(key=file.facts.key).exists():
        return False
    lost = known.exists()
    with transaction.atomic():
        issued = issue_credential(store=store, label="Demo: every client", scopes=["all"])
        file.put(key=issued.key, secret=issued.secret)
    return lost


def the_administrator(*, file: FactsFile) -> bool:
    """True when the administrator was there and got a new password, because the old is lost."""
    password = file.facts.admin_password or secrets.token_urlsafe(12)
    found = User.objects.filter(email__iexact=ADMIN_EMAIL).first()
    with transaction.atomic():
        file.put(admin_email=ADMIN_EMAIL, admin_password=password)
        if found is None:
            User.objects.create_superuser(ADMIN_EMAIL, password, name="Administración")
            return False
        return _make_true(found, password)


def the_learner(*, file: FactsFile) -> tuple[Learner, bool]:
    """Lucía with her user and every identity that the term's clients know her by.

    The second value is True when she was there and got a new password, because the old is lost.
    """
    password = file.facts.learner_password or secrets.token_urlsafe(12)
    found = User.objects.filter(email__iexact=LUCIA.email).first()
    renewed = False
    with transaction.atomic():
        file.put(learner_email=LUCIA.email, learner_password=password)
        if found is None:
            found = User.objects.create_user(LUCIA.email, password, name=LUCIA.name, language="es")
        else:
            renewed = _make_true(found, password)
        learner = Learner.objects.filter(user=found).first()
        if learner is None:
            learner = create_learner(user=found, identifiers=identities(), name=LUCIA.name)
        else:
            for text in identities():
                link_identity(learner=learner, identifier=text)
    return learner, renewed


def identities() -> list[str]:
    """Every identifier that the term's clients use for Lucía."""
    actors = (s["actor"] for s in statements(term()) if s["actor"]["name"] == LUCIA.name)
    found = {identifier(actor) for actor in actors}
    return sorted(text for text in found if text is not None)


def _make_true(user: User, password: str) -> bool:
    if user.check_password(password):
        return False
    user.set_password(password)
    user.save(update_fields=["password"])
    return True
