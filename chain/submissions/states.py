"""The states of a submission, and the rules between them. Pure: no database, no network.

    planned ─▶ signed ─▶ submitted ─▶ included ─▶ finalised ─▶ verified
       ▲         │           │            │            │
       │         └─────┬─────┘◀───────────┘ fork       │ the extrinsic failed
       │               ▼                               │
       │            expired ─▶ signed (again)          │
       └───────────────────────────────────────────────┘

From planned and expired a submission goes straight to finalised where the chain holds its value
already: a run that died after sending is recognised, and nothing is sent twice.
"""

from datetime import timedelta
from enum import StrEnum

# Blocks for which a signed extrinsic stays valid. Short enough to know soon that one is lost, long
# enough for a congested chain (at 6 to 12 s a block: 6 to 13 minutes). A power of two, as an era is.
ERA_BLOCKS = 64

_FIRST_PAUSE = timedelta(seconds=5)


class State(StrEnum):
    PLANNED = "planned"
    SIGNED = "signed"
    SUBMITTED = "submitted"
    INCLUDED = "included"
    FINALISED = "finalised"
    VERIFIED = "verified"
    EXPIRED = "expired"


_NEXT: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.SIGNED, State.FINALISED}),
    State.SIGNED: frozenset({State.SUBMITTED, State.INCLUDED, State.EXPIRED}),
    State.SUBMITTED: frozenset({State.INCLUDED, State.EXPIRED}),
    State.INCLUDED: frozenset({State.FINALISED, State.SUBMITTED}),
    State.FINALISED: frozenset({State.VERIFIED, State.PLANNED}),
    State.EXPIRED: frozenset({State.SIGNED, State.FINALISED}),
    State.VERIFIED: frozenset(),
}


class IllegalTransitionError(AssertionError):
    """A programming error: the state machine has no such arrow."""


def check_transition(before: State, after: State) -> None:
    if after not in _NEXT[before]:
        raise IllegalTransitionError(f"A submission cannot go from {before} to {after}.")


def last_valid_block(signed_at: int) -> int:
    """The last block that can hold an extrinsic signed at the finalised block `signed_at`."""
    return signed_at + ERA_BLOCKS - 1


def is_lost(*, finalised: int, scanned_to: int, era_end: int, nonce: int, chain_nonce: int) -> bool:
    """Can an extrinsic that was not found in the blocks up to `scanned_to` never be included?

    `finalised` and `chain_nonce` (the account's next nonce) are of the same finalised block. Either
    its era is over, or another extrinsic has used its nonce: and all finalised blocks were searched.
    """
    if scanned_to < min(finalised, era_end):
        return False
    return finalised >= era_end or chain_nonce > nonce


def pause_after(attempts: int, *, most: timedelta) -> timedelta:
    """How long to wait after the `attempts`th failure in a row: 5 s, doubled each time."""
    doublings = min(max(attempts, 1) - 1, 16)
    return min(_FIRST_PAUSE * (1 << doublings), most)
