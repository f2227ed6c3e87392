"""Data 2.4.6: contexts; 2.0: 4.2.2.5, with contextAgents and contextGroups."""

from tests.lrs.conformance.examples import (
    AGENT,
    FULL,
    GROUP,
    about,
    change,
    each,
    substatement,
    without,
)
from tests.lrs.conformance.table import V1, V2, bad, good, requirement, statements
from tests.lrs.conftest import a_statement

_PLACES = ("parent", "grouping", "category", "other")
ACTIVITY = {"id": "https://x.example/a"}
CONTEXT_AGENT = {"objectType": "contextAgent", "agent": AGENT}
CONTEXT_GROUP = {"objectType": "contextGroup", "group": GROUP}
TYPES = ["https://x.example/tutor"]


def within(**context):
    return a_statement(context=context)


def grouped(place, value):
    return within(contextActivities={place: value})


test_contexts = statements(
    "Data 2.4.6",
    good(
        "A context needs none of its properties",
        change("/context", {}),
        *[without(f"/context/{name}") for name in FULL["context"]],
    ),
    good(
        "revision and platform go with an activity",
        within(revision="1", platform="x"),
        substatement(context={"revision": "1", "platform": "x"}),
    ),
    bad(
        "revision goes with nothing but an activity",
        about(GROUP) | {"context": {"revision": "1"}},
        about({"objectType": "Agent", **AGENT}) | {"context": {"revision": "1"}},
        about(FULL["context"]["statement"]) | {"context": {"revision": "1"}},
        substatement() | {"context": {"revision": "1"}},
        at="/context/revision",
    ),
    bad(
        "platform goes with nothing but an activity",
        about(GROUP) | {"context": {"platform": "x"}},
        about({"objectType": "Agent", **AGENT}) | {"context": {"platform": "x"}},
        about(FULL["context"]["statement"]) | {"context": {"platform": "x"}},
        substatement() | {"context": {"platform": "x"}},
        at="/context/platform",
    ),
    bad(
        "In a substatement too, revision and platform go with an activity alone",
        *[substatement(object=GROUP, context={name: "x"}) for name in ("revision", "platform")],
    ),
    good(
        "language is a tag of RFC 5646",
        *[within(language=tag) for tag in ("es", "en-US", "zh-Hant-TW", "x-mine")],
    ),
    bad(
        "language is no other text",
        *[within(language=tag) for tag in ("español", "en_US", "", "e", 1, ["es"])],
        at="/context/language",
    ),
    good("registration is a UUID", within(registration=FULL["id"])),
    bad(
        "registration is no other text",
        *[within(registration=value) for value in ("1", "", 1, FULL["id"][:-1])],
        at="/context/registration",
    ),
    good("statement is a reference to a statement", within(statement=FULL["context"]["statement"])),
    bad(
        "statement is nothing but a reference",
        within(statement=ACTIVITY),
        within(statement=FULL["id"]),
        within(statement={"id": FULL["id"]}),
        within(statement=substatement()["object"]),
        at="/context/statement",
    ),
    bad("A context has nothing else", change("/context/user", "x")),
)

test_context_activities = statements(
    "Data 2.4.6.2",
    good(
        "contextActivities has parent, grouping, category and other, each an array of activities",
        *[grouped(place, [ACTIVITY, FULL["object"]]) for place in _PLACES],
    ),
    good(
        "One activity may stand there without an array",
        *[grouped(place, ACTIVITY) for place in _PLACES],
    ),
    good("An array there may be empty", *[grouped(place, []) for place in _PLACES]),
    good("contextActivities may be empty", within(contextActivities={})),
    bad(
        "contextActivities has no other key",
        *[grouped(name, [ACTIVITY]) for name in ("parents", "Parent", "course", "")],
    ),
    bad(
        "contextActivities is an object",
        within(contextActivities=[ACTIVITY]),
        within(contextActivities="x"),
    ),
    bad(
        "What stands there is an activity",
        *[
            grouped(place, [value])
            for place in _PLACES
            for value in (
                "https://x.example/a",
                AGENT,
                {"objectType": "Agent", **AGENT},
                {},
                FULL["context"]["statement"],
                1,
            )
        ],
    ),
    bad(
        "An activity there is checked in full",
        *[grouped(place, [ACTIVITY | {"definition": {"name": "x"}}]) for place in _PLACES],
        *[grouped(place, {"id": "no scheme"}) for place in _PLACES],
    ),
)


@requirement("Data 2.4.6.2", "A single context activity comes back as an array of it")
def test_arrays(lrs):
    for place in _PLACES:
        [identity] = lrs.post(grouped(place, ACTIVITY)).json()
        for form in ("exact", "canonical", "ids"):
            found = lrs.get(statementId=identity, format=form).json()
            assert found["context"]["contextActivities"] == {place: [ACTIVITY]}


@requirement("Data 2.4.6.2", "So does one within a substatement")
def test_arrays_in_substatements(lrs):
    found = lrs.takes(substatement(context={"contextActivities": {"parent": ACTIVITY}}))
    assert found["object"]["context"]["contextActivities"] == {"parent": [ACTIVITY]}


test_context_agents = statements(
    "2.0: 4.2.2.5",
    good(
        "contextAgents is an array of agents, each with what it is relevant for",
        within(contextAgents=[CONTEXT_AGENT, CONTEXT_AGENT | {"relevantTypes": TYPES}]),
        within(contextAgents=[]),
        substatement(context={"contextAgents": [CONTEXT_AGENT]}),
        only=V2,
    ),
    bad(
        "A context agent says its objectType",
        within(contextAgents=[{"agent": AGENT}]),
        *[
            within(contextAgents=[CONTEXT_AGENT | {"objectType": kind}])
            for kind in ("Agent", "contextGroup", "ContextAgent", 1)
        ],
        at="/context/contextAgents",
        only=V2,
    ),
    bad(
        "A context agent has an agent, which is checked in full",
        within(contextAgents=[{"objectType": "contextAgent"}]),
        *[
            within(contextAgents=[CONTEXT_AGENT | {"agent": value}])
            for value in ({}, {"mbox": "ana"}, GROUP, "ana")
        ],
        at="/context/contextAgents",
        only=V2,
    ),
    bad(
        "The relevantTypes of a context agent are IRIs, and not none",
        *[
            within(contextAgents=[CONTEXT_AGENT | {"relevantTypes": value}])
            for value in ([], ["tutor"], TYPES[0], [1], {}, None)
        ],
        at="/context/contextAgents",
        only=V2,
    ),
    bad(
        "A context agent has nothing else",
        within(contextAgents=[CONTEXT_AGENT | {"name": "x"}]),
        only=V2,
    ),
    bad(
        "contextAgents is an array",
        within(contextAgents=CONTEXT_AGENT),
        within(contextAgents="x"),
        at="/context/contextAgents",
        only=V2,
    ),
    good(
        "contextGroups is an array of groups, each with what it is relevant for",
        within(contextGroups=[CONTEXT_GROUP, CONTEXT_GROUP | {"relevantTypes": TYPES}]),
        within(
            contextGroups=[
                {"objectType": "contextGroup", "group": {"objectType": "Group", **AGENT}}
            ]
        ),
        only=V2,
    ),
    bad(
        "A context group says its objectType",
        within(contextGroups=[{"group": GROUP}]),
        *[
            within(contextGroups=[CONTEXT_GROUP | {"objectType": kind}])
            for kind in ("Group", "contextAgent", "ContextGroup")
        ],
        at="/context/contextGroups",
        only=V2,
    ),
    bad(
        "A context group has a group, which is checked in full",
        within(contextGroups=[{"objectType": "contextGroup"}]),
        *[
            within(contextGroups=[CONTEXT_GROUP | {"group": value}])
            for value in (
                {},
                AGENT,
                {"objectType": "Group"},
                {"objectType": "Group", "member": [{}]},
            )
        ],
        at="/context/contextGroups",
        only=V2,
    ),
    bad(
        "The relevantTypes of a context group are IRIs, and not none",
        *[
            within(contextGroups=[CONTEXT_GROUP | {"relevantTypes": value}])
            for value in ([], ["team"], TYPES[0], [1])
        ],
        at="/context/contextGroups",
        only=V2,
    ),
    bad(
        "A context group has nothing else",
        within(contextGroups=[CONTEXT_GROUP | {"name": "x"}]),
        only=V2,
    ),
    bad(
        "1.0.3 knows neither contextAgents nor contextGroups",
        within(contextAgents=[CONTEXT_AGENT]),
        within(contextGroups=[CONTEXT_GROUP]),
        at="/context",
        only=V1,
    ),
)

test_extensions = statements(
    "Data 4.1",
    good(
        "Extensions may hold any JSON value, of any depth",
        *[
            change(f"{place}/extensions", {"https://x.example/e": value})
            for place in ("/result", "/context", "/object/definition")
            for value in (1, "x", True, None, [], {}, [[{"a": [1.5]}]])
        ],
    ),
    good(
        "Extensions may be empty",
        *each("/result/extensions /context/extensions /object/definition/extensions", {}),
    ),
    bad(
        "The keys of extensions are IRIs",
        *each("/result/extensions /context/extensions /object/definition/extensions", {"level": 1}),
        *each("/result/extensions /context/extensions /object/definition/extensions", {"": 1}),
    ),
    bad(
        "Extensions are an object",
        *each("/result/extensions /context/extensions /object/definition/extensions", ["x"]),
        *each("/result/extensions /context/extensions /object/definition/extensions", "x"),
    ),
    bad(
        "Extensions stand in results, contexts and definitions alone",
        change("/extensions", {}),
        change("/actor/extensions", {}),
        change("/verb/extensions", {}),
        change("/result/score/extensions", {}),
    ),
)
