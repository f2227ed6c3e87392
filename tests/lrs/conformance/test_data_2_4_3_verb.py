"""Data 2.4.3: the verb; 2.0: 4.2.2.2."""

from tests.lrs.conformance.examples import FULL, change, substatement, without
from tests.lrs.conformance.table import bad, good, requirement, statements

test_verbs = statements(
    "Data 2.4.3",
    good("A verb needs no display", without("/verb/display")),
    good(
        "A verb may have a display in several languages",
        change("/verb/display", {"es": "hizo", "eu": "egin zuen", "en-US": "did"}),
    ),
    bad("A verb has an id", without("/verb/id"), substatement(verb={"display": {"es": "hizo"}})),
    bad(
        "A verb is an object",
        change("/verb", "http://x.example/v"),
        change("/verb", ["http://x.example/v"]),
    ),
    bad(
        "The id of a verb is an IRI with a scheme",
        change("/verb/id", "answered"),
        change("/verb/id", "adlnet.gov/v"),
        substatement(verb={"id": "answered"}),
        at=None,
    ),
    bad(
        "The display of a verb is a language map",
        change("/verb/display", "hizo"),
        change("/verb/display", ["hizo"]),
        change("/verb/display", {"es": None}),
    ),
    bad(
        "A verb has nothing else",
        change("/verb/name", {"es": "hizo"}),
        change("/verb/objectType", "Verb"),
    ),
)


@requirement("Data 2.4.3", "With the format exact the display of a verb comes back as it was sent")
def test_display_is_kept(lrs):
    lrs.takes(FULL)
    other = change("/verb/display", {"fr": "répondit"}, without("/id"))
    [identity] = lrs.post(other).json()
    assert lrs.get(statementId=FULL["id"], format="exact").json()["verb"] == FULL["verb"]
    assert lrs.get(statementId=identity, format="exact").json()["verb"] == other["verb"]


@requirement("Data 2.4.3", "Verbs are compared character by character, never normalised")
def test_verbs_are_compared_as_they_are(lrs):
    identity = lrs.stores(verb={"id": "http://x.example/Verb"})
    assert lrs.ids(verb="http://x.example/Verb") == [identity]
    for other in (
        "http://x.example/verb",
        "http://X.example/Verb",
        "http://x.example:80/Verb",
        "http://x.example/%56erb",
    ):
        assert lrs.ids(verb=other) == []
