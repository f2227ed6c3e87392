"""Data 2.4.7 to 2.4.11: timestamp, stored, authority, version, attachments; 2.0: 4.2.2.6, 4.2.4.2, 4.2.4.3."""

from datetime import UTC, datetime, timedelta

from tests.lrs.conformance.examples import AGENT, FULL, change, each, substatement, without
from tests.lrs.conformance.table import V1, V2, bad, good, requirement, statements
from tests.lrs.conftest import a_statement

TWO = {
    "objectType": "Group",
    "member": [{"account": {"homePage": "https://x.example/token", "name": "app"}}, AGENT],
}


def at(*texts):
    return [
        statement
        for text in texts
        for statement in (change("/timestamp", text), substatement(timestamp=text))
    ]


def moment(text):
    return datetime.fromisoformat(text)


test_timestamps = statements(
    "Data 4.5",
    good(
        "A timestamp is a date and a time, with a zone",
        *at(
            "2026-03-12T14:05:00Z",
            "2026-03-12T14:05:00+01:00",
            "2026-03-12T14:05:00-03:30",
            "2026-03-12T14:05:00.123456789Z",
            "2024-02-29T23:59:59Z",
        ),
    ),
    good("A timestamp may lie in the future", *at("2126-03-12T14:05:00Z")),
    bad(
        "A timestamp has a date and a time",
        *at(
            "",
            "2026-03-12",
            "14:05:00Z",
            "2026-03",
            "2026",
            "yesterday",
            "1773324300",
            "2026-03-12T",
        ),
    ),
    bad(
        "A timestamp names a day and a time that exist",
        *at(
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "2026-00-10T00:00:00Z",
            "2026-03-12T24:01:00Z",
            "2026-03-12T14:60:00Z",
            "2026-03-12T14:05:61Z",
            "2026-03-12T14:05:00+01:60",
            "2026-03-12T14:05:00-24:00",
        ),
    ),
    bad(
        "A timestamp has no offset of minus zero",
        *at("2026-03-12T14:05:00-00:00", "2026-03-12T14:05:00.000-00:00"),
        *at("2026-03-12T14:05:00-00", "2026-03-12T14:05:00-0000"),
    ),
    bad("A timestamp is a text", *at(1773324300, 1773324300.5, True, {}, [])),
    good(
        "In 1.0.3 ISO 8601 also lets seconds or the zone be left out",
        *at(
            "2026-03-12T14:05",
            "2026-03-12T14:05:00",
            "2026-03-12T14:05Z",
            "2026-03-12T14:05:00+01",
            "2026-03-12T14:05:00+0100",
        ),
        only=V1,
    ),
    bad(
        "In 2.0 RFC 3339 wants seconds and a zone with its minutes",
        *at(
            "2026-03-12T14:05",
            "2026-03-12T14:05:00",
            "2026-03-12T14:05Z",
            "2026-03-12T14:05:00+01",
            "2026-03-12T14:05:00+0100",
        ),
        only=V2,
    ),
)


@requirement(
    "Data 4.5", "A timestamp keeps at least its milliseconds; ours comes back as it was sent"
)
def test_precision(lrs):
    for text in ("2026-03-12T14:05:00.123456789Z", "2026-03-12T14:05:00.100+01:00"):
        assert lrs.takes(a_statement(timestamp=text))["timestamp"] == text


@requirement("Data 2.4.7", "A statement without a timestamp gets that of its storage")
def test_timestamp_is_set(lrs):
    found = lrs.takes(a_statement())
    assert moment(found["timestamp"]) == moment(found["stored"])


@requirement("Data 2.4.8", "stored is set by the LRS, whatever the statement says")
def test_stored_is_set(lrs):
    before = datetime.now(UTC) - timedelta(seconds=5)
    found = lrs.takes(a_statement(stored="2001-01-01T00:00:00Z"))
    assert before < moment(found["stored"]) < datetime.now(UTC) + timedelta(seconds=5)
    assert len(found["stored"].partition(".")[2].rstrip("Z")) >= 3


@requirement("Data 2.4.8", "A stored that the client sends is checked all the same")
def test_stored_is_checked(lrs):
    for text in ("yesterday", "2026-02-30T00:00:00Z", 5):
        lrs.refuses(a_statement(stored=text), at="/stored")


test_authorities = statements(
    "Data 2.4.9",
    good(
        "The authority that a client sends may be an agent or an anonymous group of two",
        change("/authority", AGENT),
        change("/authority", TWO),
    ),
    bad(
        "An authority is no identified group",
        *[
            change("/authority", TWO | {"mbox": "mailto:g@x.example"}),
            change("/authority", {"objectType": "Group", **AGENT}),
        ],
        at="/authority",
    ),
    bad(
        "An authority that is a group has exactly two members",
        *[
            change("/authority", TWO | {"member": TWO["member"][:1]}),
            change("/authority", TWO | {"member": [*TWO["member"], AGENT]}),
            change("/authority", TWO | {"member": []}),
        ],
        at="/authority",
    ),
    bad(
        "An authority is checked as any agent is",
        *[
            change("/authority", value)
            for value in (
                {},
                {"mbox": "ana"},
                {"name": "Ana"},
                "Ana",
                [AGENT],
                {"objectType": "Group", "member": [AGENT, {}]},
            )
        ],
        at="/authority",
    ),
)


@requirement("Data 2.4.9", "Every statement has an authority, set by the LRS from the credential")
def test_authority_is_set(lrs):
    own = lrs.takes(a_statement())["authority"]
    claimed = lrs.takes(a_statement(authority={"mbox": "mailto:somebody@else.example"}))[
        "authority"
    ]
    assert own == claimed
    assert own["objectType"] == "Agent"
    assert "account" in own


test_versions = statements(
    "Data 2.4.10",
    good(
        "version may be any 1.0.x",
        *[change("/version", text) for text in ("1.0.0", "1.0.3", "1.0.99", "1.0")],
    ),
    good(
        "In 2.0 version may be any 2.0.x",
        *[change("/version", text) for text in ("2.0.0", "2.0.7")],
        only=V2,
    ),
    bad(
        "No other version is accepted",
        *[
            change("/version", text)
            for text in ("0.9", "0.95", "1.1.0", "1.1", "3.0.0", "1", "v1.0.0", "1.0.x", "")
        ],
        at="/version",
    ),
    bad("1.0.3 accepts no version of 2.0", change("/version", "2.0.0"), at="/version", only=V1),
    bad("version is a text", change("/version", 1.0), change("/version", ["1.0.0"]), at="/version"),
)


@requirement(
    "Data 2.4.10",
    "A statement keeps the version that it was sent with, and gets 1.0.0 (in 2.0: 2.0.0) where it has none",
)
def test_version_is_kept(lrs):
    assert lrs.takes(a_statement(version="1.0.1"))["version"] == "1.0.1"
    assert lrs.takes(a_statement())["version"] == ("1.0.0" if lrs.version == V1 else "2.0.0")


_ATTACHMENT = FULL["attachments"][0]

test_attachments = statements(
    "Data 2.4.11",
    good("An attachment whose content is elsewhere has a fileUrl", FULL, substatement()),
    good("The description of an attachment may be left out", without("/attachments/0/description")),
    good("attachments may be none", change("/attachments", [])),
    bad(
        "attachments is an array",
        change("/attachments", _ATTACHMENT),
        change("/attachments", "x"),
        at="/attachments",
    ),
    *[
        bad(f"An attachment has {words}", without(f"/attachments/0/{name}"), at="/attachments/0")
        for name, words in {
            "usageType": "a usageType",
            "display": "a display",
            "contentType": "a contentType",
            "length": "a length",
            "sha2": "a sha2, even with a fileUrl",
        }.items()
    ],
    bad(
        "The usageType of an attachment is an IRI",
        *each("/attachments/0/usageType", "photo"),
        *each("/attachments/0/usageType", 1),
    ),
    bad(
        "The display and description of an attachment are language maps",
        *each("/attachments/0/display /attachments/0/description", "x"),
        *each("/attachments/0/display /attachments/0/description", {"español": "x"}),
    ),
    bad(
        "The contentType of an attachment is a media type",
        *each("/attachments/0/contentType", "jpeg"),
        *each("/attachments/0/contentType", ""),
        *each("/attachments/0/contentType", 1),
    ),
    good(
        "The contentType of an attachment may have parameters",
        change("/attachments/0/contentType", "text/plain; charset=utf-8"),
    ),
    bad(
        "The length of an attachment is a whole number from 0 on",
        *[change("/attachments/0/length", value) for value in (-1, 1.5, "4096", None, [1])],
        at="/attachments/0/length",
    ),
    bad(
        "The sha2 of an attachment is hexadecimal, of 224 to 512 bits",
        *[
            change("/attachments/0/sha2", text)
            for text in ("", "abc", "z" * 64, "a" * 40, "a" * 63, "a" * 129, 1)
        ],
        at="/attachments/0/sha2",
    ),
    bad(
        "The fileUrl of an attachment is an IRL",
        *each("/attachments/0/fileUrl", "photo.jpg"),
        *each("/attachments/0/fileUrl", ""),
        *each("/attachments/0/fileUrl", 1),
    ),
    bad("An attachment has nothing else", change("/attachments/0/name", "x")),
)
