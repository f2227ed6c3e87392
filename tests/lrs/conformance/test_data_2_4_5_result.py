"""Data 2.4.5: results, scores and durations; 2.0: 4.2.2.4 and 4.2.7."""

from tests.lrs.conformance.examples import FULL, change, each, substatement, without
from tests.lrs.conformance.table import bad, good, requirement, statements
from tests.lrs.conftest import a_statement


def scored(**score):
    return a_statement(result={"score": score})


def lasting(*durations):
    return [a_statement(result={"duration": text}) for text in durations]


test_results = statements(
    "Data 2.4.5",
    good(
        "A result needs none of its properties",
        change("/result", {}),
        *[without(f"/result/{name}") for name in FULL["result"]],
    ),
    good(
        "A response is any text, empty too",
        *[change("/result/response", text) for text in ("", "x" * 20_000, "{lang=es}sí")],
    ),
    bad(
        "success and completion are true or false",
        *[
            change(f"/result/{name}", value)
            for name in ("success", "completion")
            for value in ("yes", 0, [], {})
        ],
    ),
    bad("A response is a text", *each("/result/response", 1), *each("/result/response", ["a"])),
    bad(
        "A result has nothing else",
        change("/result/grade", 7),
        change("/result/score", {"grade": 7}),
    ),
)

test_scores = statements(
    "Data 2.4.5.1",
    good(
        "A score needs none of its properties",
        scored(),
        scored(scaled=0.3),
        scored(raw=3),
        scored(min=1),
        scored(max=1),
    ),
    good(
        "scaled lies between -1 and 1, both included",
        scored(scaled=-1),
        scored(scaled=1),
        scored(scaled=0),
        scored(scaled=0.999999999),
    ),
    bad(
        "scaled is not below -1 nor above 1",
        *[scored(scaled=value) for value in (-1.01, 1.01, 50, -100)],
        at="/result/score/scaled",
    ),
    good(
        "raw may be any number where there is no min and no max",
        *[scored(raw=value) for value in (-1e9, 1e9, 0.5)],
    ),
    good(
        "raw lies between min and max, both included",
        scored(raw=0, min=0, max=10),
        scored(raw=10, min=0, max=10),
        scored(raw=-5, min=-5),
    ),
    bad(
        "raw is not below min",
        scored(raw=-1, min=0, max=10),
        scored(raw=-1, min=0),
        at="/result/score/raw",
    ),
    bad(
        "raw is not above max",
        scored(raw=11, min=0, max=10),
        scored(raw=11, max=10),
        at="/result/score/raw",
    ),
    bad(
        "min is less than max",
        scored(min=10, max=0),
        scored(min=5, max=5),
        substatement(result={"score": {"min": 2, "max": 1}}),
    ),
    bad(
        "The parts of a score are numbers",
        *[
            scored(**{name: value})
            for name in ("scaled", "raw", "min", "max")
            for value in ("1", True, [1], {})
        ],
    ),
    bad("A score is an object", change("/result/score", 5), change("/result/score", [5])),
)

test_durations = statements(
    "Data 4.6",
    good(
        "A duration is one of ISO 8601, of years to seconds",
        *lasting(
            "P1Y",
            "P2M",
            "P3D",
            "PT4H",
            "PT5M",
            "PT6S",
            "P1Y2M3DT4H5M6S",
            "P0D",
            "PT0S",
            "PT36H",
            "PT16559.14S",
        ),
    ),
    good("Weeks are written alone", *lasting("P4W", "P0W")),
    good(
        "The seconds of a duration may have a fraction of any length, which is no reason to refuse it",
        *lasting("PT0.5S", "P1DT12H36M0.12567S", "PT1.123456789S"),
    ),
    bad("Weeks go with nothing else", *lasting("P4W1D", "P1Y2W", "P1WT1H")),
    bad(
        "A duration begins with P and says something",
        *lasting("", "P", "PT", "P1DT", "1Y", "T1H", "1:30", "90"),
    ),
    bad(
        "The units of a duration keep their order and letter case",
        *lasting("P1D1M", "PT1S1M", "P1H", "PT1D", "p1d", "PT1h", "P1M1Y"),
    ),
    bad(
        "A duration has no sign, no space, no empty unit",
        *lasting("-P1D", "P-1D", "P 1D", "PD", "PT1", "P1D ", "PTS"),
    ),
    bad(
        "The formats of ISO 8601 that are dates or intervals are refused",
        *lasting("P0003-06-04T12:30:05", "2026-03-12/P1D", "20260312"),
    ),
)


@requirement(
    "Data 4.6",
    "A duration comes back as it was sent, or cut to hundredths of a second; ours as it was sent",
)
def test_durations_are_kept(lrs):
    [sent] = lasting("P1DT12H36M0.12567S")
    assert lrs.takes(sent)["result"]["duration"] == "P1DT12H36M0.12567S"


@requirement(
    "Data 4.6",
    "What a duration says below a hundredth of a second does not count when statements are compared",
)
def test_durations_are_compared_to_hundredths(lrs):
    [first] = lasting("PT1.129S")
    identity = lrs.stores(**first)
    assert lrs.post(a_statement(id=identity, result={"duration": "PT1.12S"})).status_code == 200
    assert lrs.post(a_statement(id=identity, result={"duration": "PT1.13S"})).status_code == 409
