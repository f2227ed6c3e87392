"""What the demo makes once: a store with a credential, an administrator, a learner.

Each function finds what is there already. Secrets go to the facts file before the transaction that
makes them true commits: killed in between, the next start finds a secret that opens nothing, sees
that, and makes a new one; it never finds a secret that nobody knows.
"""

import secrets

from django.db import transaction

from keiko.demo import school
from keiko.demo.facts import Facts, FactsFile, StoreFacts
from keiko.demo.school import LUCIA
from keiko.demo.term import statements, term
from keiko.models import User
from lrs.models import Credential, Store
from lrs.stores.services import IssuedCredential, create_store, issue_credential
from lrs.xapi.actors import identifier
from passport.learners.services import create_learner, link_identity
from passport.models import Learner

STORE_SLUG = "ies-alameda"
# A store for each version of xAPI that a request without a version header is answered in.
STORES = (
    (STORE_SLUG, school.SCHOOL_NAME, "1.0.3"),
    (f"{STORE_SLUG}-2", f"{school.SCHOOL_NAME} (xAPI 2.0)", "2.0.0"),
)
ADMIN_EMAIL = "admin@iesalameda.example"


def somebody_lives_here() -> bool:
    """Whether the database has stores and none is the demo's: then it is no place for a demo."""
    slugs = set(Store.objects.values_list("slug", flat=True))
    return bool(slugs) and STORE_SLUG not in slugs


def the_stores() -> list[Store]:
    """Every store of the demo; the first is the school's own, which the term is sent to."""
    return [_a_store(slug, name, version) for slug, name, version in STORES]


def _a_store(slug: str, name: str, version: str) -> Store:
    found = Store.objects.filter(slug=slug).first()
    return found or create_store(slug=slug, name=name, default_version=version)


def a_credential(*, store: Store, file: FactsFile) -> bool:
    """Make sure that the file holds a credential that opens the store.

    True when an earlier one had to be replaced, because its secret is lost.
    """
    known = Credential.objects.filter(store=store, revoked=None)
    key = _written_key(store, file.facts)
    if key and known.filter(key=key).exists():
        return False
    lost = known.exists()
    with transaction.atomic():
        issued = issue_credential(store=store, label="Demo: every client", scopes=["all"])
        _write_down(issued, file)
    return lost


def _written_key(store: Store, facts: Facts) -> str | None:
    for written in facts.stores or ():
        if written.name == store.name:
            return written.key
    return None


def _write_down(issued: IssuedCredential, file: FactsFile) -> None:
    store = issued.credential.store
    entry = StoreFacts(
        name=store.name,
        xapi_endpoint=file.facts.xapi_endpoint or "",
        key=issued.key,
        secret=issued.secret,
        default_version=store.default_version,
    )
    by_name = {written.name: written for written in file.facts.stores or ()} | {store.name: entry}
    stores = tuple(by_name[name] for _, name, _ in STORES if name in by_name)
    file.put(stores=stores)
    if store.slug == STORE_SLUG:
        file.put(key=issued.key, secret=issued.secret)


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
