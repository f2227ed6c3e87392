"""Every parser of the format refuses with its own error and a reason, and takes nothing for what it is not.

A few hundred texts each; `python -m tests.fuzz.parsers --count 100000 --javascript` runs many.
"""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.parsers import JAVASCRIPT, TARGETS, disagreements
from tests.fuzz.texts import mutated


@pytest.mark.parametrize("name", TARGETS)
def test_a_parser_takes_or_refuses_and_raises_nothing_else(name: str) -> None:
    target = TARGETS[name]

    @given(st.randoms(use_true_random=False).map(lambda chance: mutated(target.seeds, chance)))
    def judged(data: bytes) -> None:
        target.judged(data)

    judged()


@pytest.mark.parametrize("name", TARGETS)
def test_what_a_parser_is_given_unchanged_it_takes(name: str) -> None:
    """Otherwise the mutations would show nothing but how one wrong text is refused."""
    assert any(TARGETS[name].judged(seed) for seed in TARGETS[name].seeds)


@given(st.binary(max_size=200))
def test_noise_is_refused_or_taken_and_nothing_else(data: bytes) -> None:
    for target in TARGETS.values():
        target.judged(data)


def test_both_verifiers_refuse_the_same_texts() -> None:
    chance = random.Random(5)
    texts = [
        (name, mutated(TARGETS[name].seeds, chance)) for name in JAVASCRIPT for _ in range(400)
    ]

    assert disagreements(texts) == []
