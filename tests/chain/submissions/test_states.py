from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.submissions.states import (
    ERA_BLOCKS,
    IllegalTransitionError,
    State,
    check_transition,
    is_lost,
    last_valid_block,
    pause_after,
)

ARROWS = {
    ("planned", "signed"),
    ("planned", "finalised"),
    ("signed", "submitted"),
    ("signed", "included"),
    ("signed", "expired"),
    ("submitted", "included"),
    ("submitted", "expired"),
    ("included", "finalised"),
    ("included", "submitted"),
    ("finalised", "verified"),
    ("finalised", "planned"),
    ("expired", "signed"),
    ("expired", "finalised"),
}


@pytest.mark.parametrize(("before", "after"), list(product(State, State)))
def test_only_the_arrows_of_the_picture_exist(before: State, after: State) -> None:
    if (before, after) in ARROWS:
        check_transition(before, after)
        return
    with pytest.raises(IllegalTransitionError):
        check_transition(before, after)


def test_an_extrinsic_is_valid_for_its_era_and_no_longer() -> None:
    # An era of 64 blocks that begins with block 100 ends before block 164.
    assert last_valid_block(100) == 163
    assert ERA_BLOCKS & (ERA_BLOCKS - 1) == 0, "an era is a power of two"


@pytest.mark.parametrize(
    ("finalised", "scanned_to", "chain_nonce", "lost"),
    [
        (120, 120, 7, False),  # it may come yet
        (163, 163, 7, True),  # the era is over, and all of it was searched
        (170, 163, 7, True),
        (170, 162, 7, False),  # one block of the era was not searched
        (120, 120, 8, True),  # another extrinsic has used the nonce
        (120, 119, 8, False),  # perhaps it was ours, in the block not searched
    ],
)
def test_it_is_lost_only_when_it_can_be_in_no_block(
    finalised: int, scanned_to: int, chain_nonce: int, lost: bool
) -> None:
    assert lost == is_lost(
        finalised=finalised, scanned_to=scanned_to, era_end=163, nonce=7, chain_nonce=chain_nonce
    )


@given(st.integers(min_value=0, max_value=10_000), st.integers(min_value=1, max_value=86_400))
def test_the_pause_grows_and_has_a_bound(attempts: int, most: int) -> None:
    bound = timedelta(seconds=most)
    assert timedelta(0) < pause_after(attempts, most=bound) <= bound
    assert pause_after(attempts, most=bound) <= pause_after(attempts + 1, most=bound)


def test_the_first_pauses_are_short() -> None:
    hour = timedelta(hours=1)
    assert [pause_after(n, most=hour).total_seconds() for n in (1, 2, 3, 4)] == [5, 10, 20, 40]
