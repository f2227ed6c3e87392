"""Timestamps become moments; what does not exist is refused."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.xapi import timestamps

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-12T12:00:00Z", "2026-03-12T12:00Z", "2026-03-12t12:00:00z", "2026-03-12 12:00:00",
        "2026-03-12T13:00:00+01:00", "2026-03-12T13:00:00+0100", "2026-03-12T13:00:00+01",
        "2026-03-12T06:30:00-05:30", "2026-03-12T12:00:00.000000000Z", "2026-03-12T11:59:60Z",
    ],
)  # fmt: skip
def test_one_moment_in_many_ways_of_writing(text):
    assert timestamps.parse(text) == NOON


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30T00:00:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00", "2026-03-12",
        "12 March 2026", "2026-03-12T25:00:00Z", "2026-03-12T12:00:00+24:00", "",
        "٢٠٢٦-03-12T12:00:00Z", "2026-03-12T12:00:00.٥Z", "2026-03-12T12:00:00+٠١", "２026-03-12T12:00Z",
    ],
)  # fmt: skip
def test_a_moment_that_does_not_exist_or_is_none_is_refused(text):
    with pytest.raises(ValueError, match=r"timestamp|exist"):
        timestamps.parse(text)


@given(
    st.datetimes(),
    st.sampled_from(["", ".123", ".123456"]),
    st.sampled_from(["Z", "+02:00", "-11:59", "+24:00"]),
)
def test_the_usual_way_of_writing_means_what_any_other_does(moment, fraction, zone):
    usual = f"{moment:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + fraction + zone
    other = usual.replace("T", " ").replace(".", ",")

    def read(text):
        try:
            return timestamps.parse(text)
        except ValueError:
            return None

    assert read(usual) == read(other)


def test_microseconds_are_kept_and_stored_has_milliseconds():
    moment = timestamps.parse("2026-03-12T12:00:00.1234567Z")
    assert moment.microsecond == 123456
    assert timestamps.render(moment) == "2026-03-12T12:00:00.123Z"
