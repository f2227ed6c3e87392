"""Seeds at rest."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from anchoring import seeds

SEED = bytes(range(32))


def test_a_sealed_seed_has_48_bytes_and_opens_again() -> None:
    sealed = seeds.seal(seed=SEED, index=7)
    assert len(sealed) == seeds.SEALED_BYTES == 48
    assert seeds.unseal(sealed=sealed, index=7) == SEED


def test_a_seed_moved_to_another_leaf_does_not_open() -> None:
    sealed = seeds.seal(seed=SEED, index=7)
    with pytest.raises(seeds.SeedNotReadable, match="leaf 8"):
        seeds.unseal(sealed=sealed, index=8)


def test_a_seed_under_another_key_does_not_open_and_the_error_says_what_to_do(
    settings: Settings,
) -> None:
    sealed = seeds.seal(seed=SEED, index=7)
    settings.SEED_KEY = "11" * 32
    with pytest.raises(seeds.SeedNotReadable, match="the key that this database was written with"):
        seeds.unseal(sealed=sealed, index=7)


def test_one_index_given_twice_to_two_seeds_seals_them_differently() -> None:
    assert seeds.seal(seed=SEED, index=7)[:32] != seeds.seal(seed=SEED[::-1], index=7)[:32]


@pytest.mark.parametrize("key", ["", "zz", "00" * 31])
def test_a_bad_key_is_refused_with_advice(settings: Settings, key: str) -> None:
    settings.SEED_KEY = key
    with pytest.raises(ImproperlyConfigured, match="64 hexadecimal digits"):
        seeds.seal(seed=SEED, index=0)
