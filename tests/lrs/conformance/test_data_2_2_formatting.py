"""Data 2.2: what a statement must look like at all; 2.0: 4.2.1."""

from tests.lrs.conformance.examples import FULL, about, change, each, substatement, without
from tests.lrs.conformance.table import bad, good, requirement, statements

_TEXTS = (
    "/id /actor/name /actor/mbox /verb/id /object/id /object/definition/type /object/definition/moreInfo "
    "/object/definition/interactionType /object/definition/choices/0/id /result/response /result/duration "
    "/context/registration /context/revision /context/platform /context/language /context/statement/id "
    "/context/team/name /context/team/account/homePage /context/team/account/name /context/instructor/openid "
    "/context/team/member/0/mbox_sha1sum /timestamp /attachments/0/usageType /attachments/0/contentType "
    "/attachments/0/sha2 /attachments/0/fileUrl /verb/display/es /object/definition/name/es "
    "/object/definition/correctResponsesPattern/0"
)
_OBJECTS = (
    "/actor /verb /object /object/definition /object/definition/name /verb/display /result /result/score "
    "/context /context/contextActivities /context/team /context/instructor /context/team/account "
    "/context/statement /object/definition/extensions /result/extensions /context/extensions "
    "/attachments/0 /attachments/0/display /object/definition/choices/0"
)
_ARRAYS = "/attachments /object/definition/choices /object/definition/correctResponsesPattern /context/team/member"
_NUMBERS = "/result/score/scaled /result/score/raw /result/score/min /result/score/max /attachments/0/length"
_BOOLEANS = "/result/success /result/completion"
_EVERYWHERE = f"{_TEXTS} {_OBJECTS} {_ARRAYS} {_NUMBERS} {_BOOLEANS}"
_IRIS = (
    "/verb/id /object/id /object/definition/type /object/definition/moreInfo /context/instructor/openid "
    "/context/team/account/homePage /context/contextActivities/parent/0/id /attachments/0/usageType "
    "/attachments/0/fileUrl"
)
_LANGUAGE_MAPS = (
    "/verb/display /object/definition/name /object/definition/description "
    "/object/definition/choices/0/description /attachments/0/display /attachments/0/description"
)
_EXTENSIONS = "/object/definition/extensions /result/extensions /context/extensions"
_EVERY_OBJECT = (
    "/extra /actor/extra /verb/extra /object/extra /object/definition/extra "
    "/object/definition/choices/0/extra /result/extra /result/score/extra /context/extra "
    "/context/contextActivities/extra /context/contextActivities/parent/0/extra /context/team/extra "
    "/context/team/member/0/extra /context/team/account/extra /context/statement/extra "
    "/context/instructor/extra /attachments/0/extra"
)

test_a_statement = statements(
    "Data 2.2",
    good("A statement with every property that the specification knows is accepted", FULL),
    good(
        "A statement with nothing but actor, verb and object is accepted",
        {
            "actor": {"mbox": "mailto:a@b.example"},
            "verb": {"id": "http://x.example/v"},
            "object": {"id": "http://x.example/a"},
        },
    ),
    bad("A statement has an actor", without("/actor")),
    bad("A statement has a verb", without("/verb")),
    bad("A statement has an object", without("/object")),
    bad("A statement is a JSON object", "a statement", 1, None, True, [[]]),
    bad("null stands nowhere but in extensions", *each(_EVERYWHERE, None)),
    good(
        "null may stand in extensions, at any depth",
        *each(_EXTENSIONS, {"https://x.example/e": None}),
        *each(_EXTENSIONS, {"https://x.example/e": [{"a": None}]}),
    ),
    bad("A text is not a number", *each(_TEXTS, 1)),
    bad("A text is not a boolean", *each(_TEXTS, True)),
    bad("A text is not an object", *each(_TEXTS, {})),
    bad("A text is not an array", *each(_TEXTS, ["x"])),
    bad("A number is not a text", *each(_NUMBERS, "1")),
    bad("A number is not a boolean", *each(_NUMBERS, True)),
    bad("A boolean is not a text", *each(_BOOLEANS, "true")),
    bad("A boolean is not a number", *each(_BOOLEANS, 1)),
    bad("An object is not a text", *each(_OBJECTS, "x")),
    bad("An object is not an array", *each(_OBJECTS, [])),
    bad("An array is not an object", *each(_ARRAYS, {})),
    bad("An array is not a text", *each(_ARRAYS, "x")),
    bad("No object has a property that the specification does not know", *each(_EVERY_OBJECT, "x")),
    bad(
        "The names of properties keep their letter case",
        *each("/Result /actor/Mbox /verb/Display /object/Definition /context/Team", {"es": "x"}),
        *each("/result/Success /result/score/Raw", 1),
        *each("/Timestamp /context/Platform /object/ID", "2026-03-12T14:05:00Z"),
    ),
    bad(
        "The values of enumerations keep their letter case",
        *each("/actor/objectType", "agent"),
        *each("/object/objectType", "activity"),
        *each("/context/team/objectType", "GROUP"),
        *each("/context/statement/objectType", "statementRef"),
        *each("/object/definition/interactionType", "Choice"),
        about(
            {"objectType": "substatement", **substatement()["object"]}
            | {"objectType": "Substatement"}
        ),
    ),
)

test_iris = statements(
    "Data 2.2",
    bad("An IRI has a scheme", *each(_IRIS, "escuela.example/quiz"), *each(_IRIS, "//x.example/")),
    bad("An IRI is not empty", *each(_IRIS, "")),
    bad(
        "An IRI has no space or line break",
        *each(_IRIS, "http://x.example/a b"),
        *each(_IRIS, "urn:x\n"),
    ),
    good("An IRI may have letters of any script", *each(_IRIS, "https://x.example/ñandú/日本語")),
    good("An IRI may be a URN", *each(_IRIS, "urn:uuid:1f0e2c3d-0000-4000-8000-00000000abcd")),
    bad(
        "The keys of extensions are IRIs",
        *each(_EXTENSIONS, {"level": 1}),
        *each(_EXTENSIONS, {"": 1}),
        *each(_EXTENSIONS, {"https://x.example/ok": 1, "no": 1}),
    ),
)

test_language_maps = statements(
    "Data 2.2",
    good(
        "The keys of language maps are language tags of RFC 5646",
        *[
            change(pointer, {tag: "x"})
            for pointer in _LANGUAGE_MAPS.split()
            for tag in ("es", "en-US", "zh-Hant-TW", "es-419", "sl-rozaj-biske-1994", "de-CH-1996")
        ],
        *[
            change("/verb/display", {tag: "x"})
            for tag in ("i-klingon", "x-mine", "en-x-mine", "zh-cmn-Hans-CN", "und", "en-a-bbb-x-a")
        ],
    ),
    bad(
        "The lengths of the parts of a language tag are checked",
        *[
            change(pointer, {tag: "x"})
            for pointer in _LANGUAGE_MAPS.split()
            for tag in ("español", "e", "en_US", "abcdefghi", "en-", "")
        ],
        *[
            change("/verb/display", {tag: "x"})
            for tag in ("en-US-abcdefghi", "en-a", "x-", "es ES", "123")
        ],
    ),
    bad(
        "The values of language maps are texts",
        *each(_LANGUAGE_MAPS, {"es": 1}),
        *each(_LANGUAGE_MAPS, {"es": {}}),
    ),
    good("A language map may be empty", *each(_LANGUAGE_MAPS, {})),
)


@requirement("Data 2.2", "A statement uses each property no more than once")
def test_a_property_twice(lrs):
    text = b'{"actor":{"mbox":"mailto:a@b.example"},"verb":{"id":"http://x.example/v"},"object":{"id":"http://x.example/a"}'
    for again in (
        b',"verb":{"id":"http://x.example/v"}}',
        b',"result":{"success":true,"success":true}}',
    ):
        response = lrs.post(text + again)
        assert response.status_code == 400
        assert "twice" in lrs.explains(response)["message"]
    assert lrs.post(text + b"}").status_code == 200


@requirement(
    "Data 2.2",
    "Numbers keep at least the precision of IEEE 754 with 32 bits; ours keep every digit",
)
def test_precision(lrs):
    exact = ["0.1234567890123456789", "12345678901234567890123", "1E+300", "3.4028235e38"]
    text = b'{"actor":{"mbox":"mailto:a@b.example"},"verb":{"id":"http://x.example/v"},"object":{"id":"http://x.example/a"},'
    body = (
        text
        + b'"result":{"extensions":{"http://x.example/e":['
        + ",".join(exact).encode()
        + b"]}}}"
    )
    [identity] = lrs.post(body).json()
    found = lrs.get(statementId=identity).content.decode()
    for number in exact[:2]:
        assert number in found


@requirement("Data 2.2", "Texts come back as they were sent, whatever their characters")
def test_characters(lrs):
    for text in (
        "ñandú",
        "日本語",
        "😀",
        "\u2028",
        "a\tb\nc",
        '"\\',
        " x ",
        "e\u0301",
        "<script>&amp;",
    ):
        found = lrs.takes(change("/result/response", text, without("/id")))
        assert found["result"]["response"] == text


@requirement(
    "Data 2.2",
    "What is wrong with one statement of a batch refuses the whole batch and stores nothing",
)
def test_batch_as_a_whole(lrs):
    error = lrs.explains(lrs.post([without("/id"), without("/verb")]))
    assert error["path"].startswith("/1")
    assert lrs.ids() == []


@requirement("Data 2.2", "Parameters are checked as strictly as the like properties of a statement")
def test_parameters_are_checked(lrs):
    for name, value in {
        "agent": '{"mbox":"a@b.example"}',
        "verb": "answered",
        "activity": "no scheme",
        "registration": "1",
        "since": "2026-13-01T00:00:00Z",
        "until": "yesterday",
    }.items():
        response = lrs.get(**{name: value})
        assert response.status_code == 400, name
        assert name in lrs.explains(response)["message"]
