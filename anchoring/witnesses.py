"""Witnesses: who else signs that the log only grows (C2SP tlog-witness, as client).

Nothing of the log waits for a witness: it is asked beside all other work, within a bounded time, and
asked again later. See docs/decisions/0038-witnesses-never-stop-the-log.md.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from anchoring import checkpoints, witnessclient
from anchoring.core.witness_protocol import (
    Witness,
    WitnessProblem,
    read_cosignature,
    read_size,
    request_body,
)
from anchoring.locks import Lock, try_lock
from anchoring.models import Checkpoint, Cosignature, WitnessState
from anchoring.proofs import prove_consistency
from anchoring.tilestore import TilesMissing

logger = logging.getLogger(__name__)

_LONGEST_PAUSE = timedelta(minutes=5)
# A checkpoint that was cosigned in this time is anchored rather than a newer one that was not.
_RECENT = timedelta(minutes=1)


@dataclass(slots=True)
class _Question:
    """One witness to ask, and what is known of it."""

    witness: Witness
    state: WitnessState


def cosign() -> int:
    """Ask every witness that has not cosigned the newest checkpoint and is due; how many did now.

    Bounded by twice LOG_WITNESS_TIMEOUT; 0 at once where another caller is at it. What a witness
    has signed and we have lost (killed before the commit) it signs again. No answer raises.
    """
    if not settings.LOG_WITNESSES:
        return 0
    with transaction.atomic():
        checkpoint = checkpoints.newest()
        if checkpoint is None or not try_lock(Lock.WITNESSES):
            return 0
        questions = _due(checkpoint)
        again = _ask(checkpoint, questions, last_try=False) if questions else []
        if again:
            _ask(checkpoint, again, last_try=True)
        return checkpoint.cosignatures.filter(
            witness__in=[each.witness.vkey for each in questions]
        ).count()


def note_of(checkpoint: Checkpoint) -> str:
    """The signed note, with the cosignatures that there are so far."""
    lines = checkpoint.cosignatures.order_by("witness").values_list("line", flat=True)
    return checkpoint.note + "".join(lines)


def newest_cosigned(*, beyond: int = 0, recent: bool = False) -> Checkpoint | None:
    """The newest checkpoint of more than `beyond` leaves that a witness has cosigned. With `recent`:
    of those cosigned in the last minute, one that most have cosigned."""
    found = Checkpoint.objects.filter(size__gt=beyond)
    if not recent:
        return found.filter(cosignatures__isnull=False).order_by("-size").first()
    found = found.filter(cosignatures__received__gte=timezone.now() - _RECENT)
    return found.annotate(most=Count("cosignatures")).order_by("-most", "-size").first()


def to_anchor(*, beyond: int) -> Checkpoint | None:
    """Which checkpoint an anchor should hold: one that was cosigned just now, else the newest. None
    where there is none of more than `beyond` leaves."""
    found = newest_cosigned(beyond=beyond, recent=True) if settings.LOG_WITNESSES else None
    newest = found or checkpoints.newest()
    return newest if newest and newest.size > beyond else None


def _due(checkpoint: Checkpoint) -> list[_Question]:
    done = set(checkpoint.cosignatures.values_list("witness", flat=True))
    states = WitnessState.objects.in_bulk()
    now = timezone.now()
    asked = (
        _Question(each, states.get(each.vkey) or WitnessState(vkey=each.vkey))
        for each in settings.LOG_WITNESSES
        if each.vkey not in done
    )
    return [each for each in asked if not each.state.next_attempt or each.state.next_attempt <= now]


def _ask(
    checkpoint: Checkpoint, questions: Iterable[_Question], *, last_try: bool
) -> list[_Question]:
    """Ask these witnesses and keep what came; those that told another size, to be asked again."""
    bodies: list[tuple[Witness, bytes]] = []
    asked: dict[Witness, _Question] = {}
    for question in questions:
        try:
            bodies.append((question.witness, _body(checkpoint, question.state.size)))
            asked[question.witness] = question
        except WitnessProblem as problem:
            _note_problem(question, problem)
    again: list[_Question] = []
    timeout = settings.LOG_WITNESS_TIMEOUT.total_seconds()
    for witness, answer in witnessclient.ask_all(bodies, timeout=timeout).items():
        question = asked[witness]
        try:
            if isinstance(answer, WitnessProblem):
                raise answer
            if answer.status == 409 and not last_try:
                question.state.size = read_size(answer.body)
                again.append(question)
            else:
                _keep(checkpoint, question, answer)
        except WitnessProblem as problem:
            _note_problem(question, problem)
    return again


def _body(checkpoint: Checkpoint, old: int) -> bytes:
    if old > checkpoint.size:
        raise WitnessProblem(
            f"It says that it has cosigned {old} records of this log, which has {checkpoint.size} "
            "only. Either the database was restored to an older state (docs/operate-log.md), or the "
            "witness is wrong."
        )
    try:
        proof = (
            prove_consistency(old_size=old, new_size=checkpoint.size)
            if 0 < old < checkpoint.size
            else []
        )
    except TilesMissing as error:
        raise WitnessProblem(f"No proof can be made from {old} records: {error}") from error
    return request_body(old=old, proof=proof, note=checkpoint.note)


_MEANING = {
    403: "It does not know the key of this log: give its operator the new one.",
    404: "It does not know this log: ask its operator to add origin and key (`manage.py log_keys`).",
    409: "It does not stay with the size that it told just before.",
    422: "It says that this checkpoint does not continue what it has cosigned: run `manage.py monitor`"
    " and compare.",
}


def _keep(checkpoint: Checkpoint, question: _Question, answer: witnessclient.Answer) -> None:
    """Keep a cosignature that holds. Raises WitnessProblem for every other answer."""
    if answer.status != 200:
        meaning = _MEANING.get(answer.status, "")
        raise WitnessProblem(f"It answered HTTP {answer.status}. {meaning}".strip())
    now, vkey = timezone.now(), question.witness.vkey
    found = read_cosignature(answer.body, note=checkpoint.note, vkey=vkey, now=now.timestamp())
    Cosignature.objects.bulk_create(
        [
            Cosignature(
                checkpoint=checkpoint,
                witness=vkey,
                line=found.line,
                moment=found.moment,
                received=now,
            )
        ],
        ignore_conflicts=True,
    )
    state = question.state
    state.size, state.asked = checkpoint.size, now
    state.problem, state.failures, state.next_attempt = "", 0, None
    state.save()


def _note_problem(question: _Question, problem: WitnessProblem) -> None:
    """Say it once, and wait longer each time before the witness is asked again."""
    state, now = question.state, timezone.now()
    if state.problem != str(problem):
        logger.warning("The witness %s did not cosign. %s", question.witness.name, problem)
    state.problem, state.asked = str(problem), now
    pause = settings.LOG_WITNESS_INTERVAL * 2 ** min(state.failures, 10)
    state.next_attempt = now + min(pause, _LONGEST_PAUSE)
    state.failures += 1
    # A size that the witness told is kept only where it can be true.
    newest = checkpoints.newest()
    if newest and state.size > newest.size:
        state.size = 0
    state.save()
