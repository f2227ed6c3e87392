"""The statement browser: every filter of xAPI, a page at a time, by the same reads as the API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lrs.admin.reading import Named, actor, short_result, thing, verb
from lrs.agents.identifiers import identifiers_in
from lrs.models import Agent, StatementReference, Store, Verb
from lrs.statements import query as reads
from lrs.statements.documents import decode
from lrs.statements.selectors import with_ids
from lrs.xapi import jsontext
from lrs.xapi.parameters import StatementQuery

PER_PAGE = 25
_MOST_NAMESAKES = 10
_MOST_VERBS = 200


class FilterForm(forms.Form):
    """The filters of Communication 2.1.3, in words; every one may stay empty but the store."""

    store = forms.ModelChoiceField(
        Store.objects.all(), label=gettext_lazy("Store"), empty_label=None, required=False
    )
    id = forms.UUIDField(label=gettext_lazy("Statement id"), required=False)
    agent = forms.CharField(
        label=gettext_lazy("Agent"),
        help_text=gettext_lazy("E-mail, account, openid, xAPI agent as JSON, or a name"),
        required=False,
    )
    verb = forms.CharField(
        label=gettext_lazy("Verb"), help_text=gettext_lazy("IRI, or the end of one"), required=False
    )
    activity = forms.CharField(label=gettext_lazy("Activity (IRI)"), required=False)
    registration = forms.UUIDField(label=gettext_lazy("Registration"), required=False)
    since = forms.DateTimeField(
        label=gettext_lazy("Stored after"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        required=False,
    )
    until = forms.DateTimeField(
        label=gettext_lazy("Stored until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        required=False,
    )
    related_agents = forms.BooleanField(
        label=gettext_lazy("Also where the agent is instructor, team, authority or in a group"),
        required=False,
    )
    related_activities = forms.BooleanField(
        label=gettext_lazy("Also where the activity is in the context"), required=False
    )
    ascending = forms.BooleanField(label=gettext_lazy("Oldest first"), required=False)
    voided = forms.BooleanField(label=gettext_lazy("Only voided ones"), required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for name in ("agent", "verb", "activity"):
            given[name] = (given.get(name) or "").strip().replace("\0", "")
        if given["activity"] and ":" not in given["activity"]:
            self.add_error("activity", _("An IRI begins with a scheme, such as https:"))
        return given


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list."""

    seq: int
    id: str
    stored: str
    actor: Named
    verb: Named
    object: Named
    result: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of statements, and what stands in the way of one."""

    rows: list[Row] = field(default_factory=list)
    next_seq: int | None = None
    namesakes: list[Agent] = field(default_factory=list)
    note: str = ""


def find(*, wanted: Mapping[str, Any], after_seq: int | None) -> Found:
    """The page that a valid FilterForm asks for. Precondition: `wanted["store"]` is a store."""
    store: Store = wanted["store"]
    if wanted.get("id"):
        return _by_id(store, wanted["id"])
    if wanted.get("voided"):
        return _voided(store, after_seq)
    agent, namesakes = _agent(store, wanted["agent"])
    if wanted["agent"] and agent is None:
        note = (
            _("Several agents have this name; choose one.")
            if namesakes
            else _("Nobody here is named so.")
        )
        return Found(namesakes=namesakes, note=note)
    query = StatementQuery(
        agent=agent,
        verb=_verb(store, wanted["verb"]) if wanted["verb"] else None,
        activity=wanted["activity"] or None,
        registration=wanted.get("registration"),
        related_agents=bool(wanted.get("related_agents")),
        related_activities=bool(wanted.get("related_activities")),
        since=wanted.get("since"),
        until=wanted.get("until"),
        ascending=bool(wanted.get("ascending")),
    )
    page = reads.find_page(
        visible=reads.Visibility(store.pk), query=query, limit=PER_PAGE, after_seq=after_seq
    )
    pairs = zip(page.seqs, page.documents, strict=True)
    return Found([_row(seq, document) for seq, document in pairs], page.next_seq)


def verbs_of(store: Store) -> list[str]:
    """Verbs of a store, to choose from."""
    return list(
        Verb.objects.filter(store=store).order_by("id").values_list("iri", flat=True)[:_MOST_VERBS]
    )


def _by_id(store: Store, statement_id: UUID) -> Found:
    rows = with_ids(store_id=store.pk, ids=[statement_id])
    return Found([_row(row.seq, decode(row.encoding, row.document)) for row in rows])


def _voided(store: Store, after_seq: int | None) -> Found:
    """Voided statements, in the order in which they were voided, newest first."""
    voiding = StatementReference.objects.filter(store=store, voids=True)
    if after_seq is not None:
        voiding = voiding.filter(seq__lt=after_seq)
    references = list(voiding.order_by("-seq")[: PER_PAGE + 1])
    more = references[PER_PAGE - 1].seq if len(references) > PER_PAGE else None
    targets = [reference.target for reference in references[:PER_PAGE]]
    found = {row.id: row for row in with_ids(store_id=store.pk, ids=targets).filter(voided=True)}
    rows = [found[target] for target in dict.fromkeys(targets) if target in found]
    return Found([_row(row.seq, decode(row.encoding, row.document)) for row in rows], more)


def _agent(store: Store, text: str) -> tuple[str | None, list[Agent]]:
    """The identifier that a text means in a store; or those who bear it as their name, when there are several."""
    if not text:
        return None, []
    if meant := identifiers_in(text):
        return meant[0], []
    named = list(
        Agent.objects.filter(store=store, name__iexact=text).order_by("id")[:_MOST_NAMESAKES]
    )
    if not named:  # the name of an account, which its home page precedes
        account = Agent.objects.filter(store=store, identifier__startswith="account:")
        named = list(
            account.filter(identifier__endswith=f" {text}").order_by("id")[:_MOST_NAMESAKES]
        )
    return (named[0].identifier, []) if len(named) == 1 else (None, named)


def _verb(store: Store, text: str) -> str:
    if ":" in text:
        return text
    ends = Verb.objects.filter(store=store, iri__endswith=f"/{text}")
    return ends.order_by("id").values_list("iri", flat=True).first() or text


def _row(seq: int, document: bytes) -> Row:
    statement = jsontext.loads(document)
    return Row(
        seq=seq,
        id=str(statement["id"]),
        stored=str(statement["stored"]),
        actor=actor(statement["actor"]),
        verb=verb(statement["verb"]),
        object=thing(statement["object"]),
        result=short_result(statement.get("result", {})),
    )
