"""Data 2.4.4: what a statement is about; 2.0: 4.2.2.3."""

import pytest

from tests.lrs.conformance.examples import (
    AGENT,
    FULL,
    GROUP,
    about,
    change,
    substatement,
    without,
)
from tests.lrs.conformance.table import bad, good, requirement, statements
from tests.lrs.conftest import a_statement, new_id

REFERENCE = {"objectType": "StatementRef", "id": "7a2b3c4d-5e6f-4a1b-9c2d-3e4f5a6b7c8d"}
COMPONENT = {"id": "a", "description": {"es": "Uno"}}
_LISTS = ("choices", "scale", "source", "target", "steps")
_INTERACTIONS = {
    "true-false": {"correctResponsesPattern": ["true"]},
    "choice": {"correctResponsesPattern": ["a[,]b"], "choices": [COMPONENT]},
    "fill-in": {"correctResponsesPattern": ["Bob's your uncle"]},
    "long-fill-in": {"correctResponsesPattern": ["{case_matters=false}{lang=en}x" + "y" * 1000]},
    "matching": {
        "correctResponsesPattern": ["a[.]b[,]c[.]d"],
        "source": [COMPONENT],
        "target": [COMPONENT],
    },
    "performance": {"correctResponsesPattern": ["a[.]1:[,]b[.]x"], "steps": [COMPONENT]},
    "sequencing": {"correctResponsesPattern": ["a[,]b"], "choices": [COMPONENT]},
    "likert": {"correctResponsesPattern": ["a"], "scale": [COMPONENT]},
    "numeric": {"correctResponsesPattern": ["4[:]"]},
    "other": {"correctResponsesPattern": ["(35.9,-86.2)"]},
}


def defined(**definition):
    return a_statement(object={"id": "https://x.example/a", "definition": definition})


test_activities = statements(
    "Data 2.4.4.1",
    good("An activity needs no objectType", without("/object/objectType")),
    good("An activity needs no definition", without("/object/definition")),
    good("A definition may be empty", change("/object/definition", {})),
    good(
        "A definition needs none of its properties",
        *[
            without(f"/object/definition/{name}")
            for name in FULL["object"]["definition"]
            if name != "interactionType"
        ],
    ),
    bad("An activity has an id", without("/object/id"), a_statement(object={})),
    bad(
        "The id of an activity is an IRI",
        change("/object/id", "quiz"),
        change("/object/id", ""),
        change("/object/id", "https://x.example/{id}"),
        at="/object/id",
    ),
    bad(
        "The objectType of an object is one of the five",
        *[change("/object/objectType", kind) for kind in ("Verb", "Person", "Statement", "", 1)],
        at="/object/objectType",
    ),
    bad(
        "The name and the description of a definition are language maps",
        *[change(f"/object/definition/{name}", "x") for name in ("name", "description")],
        *[
            change(f"/object/definition/{name}", {"español": "x"})
            for name in ("name", "description")
        ],
    ),
    bad(
        "The type and moreInfo of a definition are IRIs",
        *[change(f"/object/definition/{name}", "question") for name in ("type", "moreInfo")],
    ),
    bad(
        "The extensions of a definition are an object", change("/object/definition/extensions", [])
    ),
    good(
        "The activities of a context may be defined in full",
        *[
            change(f"/context/contextActivities/{place}", [FULL["object"]])
            for place in ("parent", "grouping", "category", "other")
        ],
    ),
)

test_interactions = statements(
    "Data 2.4.4.1",
    good(
        "An interaction is of one of ten types, each with its own components",
        *[defined(interactionType=name, **more) for name, more in _INTERACTIONS.items()],
    ),
    bad(
        "No other type of interaction is known",
        *[defined(interactionType=name) for name in ("quiz", "", "TrueFalse", "multiple-choice")],
        at="/object/definition/interactionType",
    ),
    bad(
        "A definition that describes an interaction says its interactionType",
        *[defined(**more) for more in _INTERACTIONS.values()],
        *[defined(**{name: [COMPONENT]}) for name in _LISTS],
        at="/object/definition",
    ),
    good(
        "No correct response, and any number of them, may be said",
        defined(interactionType="choice", correctResponsesPattern=[]),
        defined(interactionType="fill-in", correctResponsesPattern=["x"] * 500),
    ),
    bad(
        "correctResponsesPattern is an array of texts",
        *[
            defined(interactionType="choice", correctResponsesPattern=value)
            for value in ("a", {}, [1], [True], [["a"]])
        ],
    ),
    bad(
        "A list of components is an array of objects",
        *[
            defined(interactionType="other", **{name: value})
            for name in _LISTS
            for value in ("a", COMPONENT, ["a"], [1])
        ],
    ),
    bad(
        "A component has an id",
        *[
            defined(interactionType="other", **{name: [{"description": {"es": "x"}}]})
            for name in _LISTS
        ],
    ),
    bad(
        "The id of a component is a text",
        *[defined(interactionType="other", **{name: [{"id": 1}]}) for name in _LISTS],
    ),
    bad(
        "The ids of the components of a list are distinct",
        *[defined(interactionType="other", **{name: [COMPONENT, COMPONENT]}) for name in _LISTS],
        change(
            "/context/contextActivities/parent/0",
            defined(interactionType="other", steps=[COMPONENT] * 2)["object"],
        ),
    ),
    bad(
        "The description of a component is a language map",
        *[
            defined(interactionType="other", **{name: [{"id": "a", "description": "x"}]})
            for name in _LISTS
        ],
    ),
    bad(
        "A component has nothing but an id and a description",
        *[
            defined(interactionType="other", **{name: [COMPONENT | {"name": "x"}]})
            for name in _LISTS
        ],
    ),
)

test_agents_and_groups = statements(
    "Data 2.4.4.2",
    good(
        "The object may be an agent or a group, which says its objectType",
        about({"objectType": "Agent", **AGENT}),
        about(GROUP),
        about({"objectType": "Group", **AGENT}),
    ),
    bad(
        "An object that is an agent or a group has an objectType",
        about(AGENT),
        about({"member": [AGENT]}),
    ),
    bad(
        "An object that is an agent or a group has no definition",
        about({"objectType": "Agent", "definition": {}, **AGENT}),
    ),
)

test_references = statements(
    "Data 2.4.4.3",
    good("The object may be a reference to a statement, known or not", about(REFERENCE)),
    bad(
        "A reference has the objectType StatementRef",
        about({"id": REFERENCE["id"]}),
        about(REFERENCE | {"objectType": "statementRef"}),
    ),
    bad("A reference has an id", about({"objectType": "StatementRef"})),
    bad(
        "The id of a reference is a UUID",
        *[about(REFERENCE | {"id": value}) for value in ("x", "", 1, "https://x.example/s")],
        at="/object/id",
    ),
    bad(
        "A reference has nothing else",
        about(REFERENCE | {"definition": {}}),
        about(REFERENCE | AGENT),
    ),
)

test_substatements = statements(
    "Data 2.4.4.3",
    good(
        "The object may be a substatement with all that a statement may have but what the LRS sets",
        substatement(),
    ),
    good(
        "A substatement may be about an agent, a group, a reference",
        *[
            substatement(object=target, context={"language": "es"})
            for target in ({"objectType": "Agent", **AGENT}, GROUP, REFERENCE)
        ],
    ),
    good(
        "The timestamp of a substatement may lie in the future",
        substatement(timestamp="2126-01-01T00:00:00Z"),
    ),
    bad(
        "A substatement has no id, stored, version or authority",
        substatement(id=new_id()),
        substatement(stored="2026-03-12T14:05:00Z"),
        substatement(version="1.0.0"),
        substatement(authority=AGENT),
        at="/object",
    ),
    bad(
        "A substatement has no substatement of its own",
        substatement(object=substatement()["object"]),
        at="/object/object",
    ),
    bad(
        "A substatement has an actor, a verb and an object",
        *[without(f"/object/{name}", substatement()) for name in ("actor", "verb", "object")],
        at="/object",
    ),
    bad(
        "A substatement is checked as strictly as a statement",
        *[
            change(pointer, value, substatement())
            for pointer, value in {
                "/object/actor/mbox": "ana",
                "/object/verb/id": "answered",
                "/object/object/id": "quiz",
                "/object/result/score/scaled": 2,
                "/object/result/duration": "1h",
                "/object/context/registration": "1",
                "/object/context/language": "español",
                "/object/timestamp": "yesterday",
                "/object/attachments/0/length": "1",
                "/object/extra": 1,
                "/object/result": None,
            }.items()
        ],
        at="/object",
    ),
)


@requirement(
    "Data 2.4.4.1", "What the LRS knows of an activity grows with every statement that defines it"
)
def test_definitions_are_joined(lrs):
    activity = "https://x.example/grows"
    lrs.stores(object={"id": activity, "definition": {"name": {"es": "Sumas"}}})
    lrs.stores(
        object={
            "id": activity,
            "definition": {"name": {"en": "Sums"}, "type": "https://x.example/t"},
        }
    )
    found = lrs.do("GET", "activities", activityId=activity).json()
    assert found["definition"]["name"] == {"es": "Sumas", "en": "Sums"}
    assert found["definition"]["type"] == "https://x.example/t"


@requirement(
    "Data 2.4.4.1", "Activities with the same id are the same activity, whatever is said of them"
)
@pytest.mark.parametrize("definition", [None, {"type": "https://x.example/other"}])
def test_one_id_is_one_activity(lrs, definition):
    first = lrs.stores()
    activity = a_statement()["object"]["id"]
    second = lrs.stores(
        object={"id": activity} | ({"definition": definition} if definition else {})
    )
    assert set(lrs.ids(activity=activity)) == {first, second}
