"""Data 2.4.2: agents, groups and what identifies them; 2.0: 4.2.2.1."""

from tests.lrs.conformance.examples import AGENT, GROUP, about, change, substatement, without
from tests.lrs.conformance.table import bad, good, statements
from tests.lrs.conftest import a_statement

_IDENTIFIERS = {
    "mbox": "mailto:ana@escuela.example",
    "mbox_sha1sum": "cd9b00a5611f94eaa7b1661edab976068e364975",
    "openid": "https://id.example/ana",
    "account": {"homePage": "https://escuela.example", "name": "ana"},
}
_AGENTS = [{name: value} for name, value in _IDENTIFIERS.items()]
_PAIRS = [
    {first: _IDENTIFIERS[first], second: _IDENTIFIERS[second]}
    for first in _IDENTIFIERS
    for second in _IDENTIFIERS
    if first < second
]


def everywhere(actor):
    """The full statement with the actor in each place where an agent or a group may be."""
    return [
        change("/actor", actor),
        about({"objectType": "Agent"} | actor),
        change("/context/instructor", actor),
        substatement(actor=actor),
    ]


def each_of(actors):
    return [statement for actor in actors for statement in everywhere(actor)]


test_agents = statements(
    "Data 2.4.2.1",
    good("An agent has one of the four identifiers", *each_of(_AGENTS)),
    good(
        "An agent may say its objectType and a name",
        *each_of([{"objectType": "Agent", "name": "Ana", **one} for one in _AGENTS]),
    ),
    bad("An agent has an identifier", *each_of([{}, {"name": "Ana"}, {"objectType": "Agent"}])),
    bad("An agent has no more than one identifier", *each_of(_PAIRS)),
    bad(
        "An actor's objectType is Agent or Group",
        *each_of([{"objectType": kind, **AGENT} for kind in ("Person", "Activity", "agent", "")]),
    ),
    bad(
        "An agent has no member",
        *each_of(
            [{"objectType": "Agent", "member": [AGENT], **AGENT}, {"member": [AGENT], **AGENT}]
        ),
    ),
    bad(
        "An agent's name is a text",
        *each_of([{"name": name, **AGENT} for name in (1, [], {}, True)]),
    ),
    good("An agent's name may be empty", *everywhere({"name": "", **AGENT})),
)

test_anonymous_groups = statements(
    "Data 2.4.2.2",
    good("An anonymous group has members that are agents", *everywhere(GROUP)),
    good("An anonymous group may have a name", *everywhere({"name": "2.º B", **GROUP})),
    bad(
        "An anonymous group has a member",
        *everywhere({"objectType": "Group"}),
        *everywhere({"objectType": "Group", "name": "x"}),
    ),
    bad(
        "The members of an anonymous group are not none",
        *everywhere({"objectType": "Group", "member": []}),
    ),
    bad(
        "The member of a group is an array",
        *everywhere({"objectType": "Group", "member": AGENT}),
        *everywhere({"objectType": "Group", "member": "Ana"}),
    ),
    bad(
        "The members of an anonymous group are no groups",
        *everywhere({"objectType": "Group", "member": [GROUP]}),
        *everywhere({"objectType": "Group", "member": [{"objectType": "Group", **AGENT}]}),
    ),
    bad(
        "Each member of an anonymous group is a whole agent",
        *everywhere({"objectType": "Group", "member": [AGENT, {"name": "Eva"}]}),
        *everywhere({"objectType": "Group", "member": [{"mbox": "eva"}]}),
    ),
    bad("A group says its objectType", *everywhere({"member": [AGENT]})),
)

test_identified_groups = statements(
    "Data 2.4.2.2",
    good(
        "An identified group has one of the four identifiers, and needs no members",
        *each_of([{"objectType": "Group", **one} for one in _AGENTS]),
    ),
    good(
        "An identified group may have members and a name",
        *each_of([{"name": "2.º B", **GROUP, **one} for one in _AGENTS]),
    ),
    good(
        "The members of an identified group may be none",
        *everywhere({"objectType": "Group", "member": [], **AGENT}),
    ),
    bad(
        "An identified group has no more than one identifier",
        *each_of([{"objectType": "Group", **pair} for pair in _PAIRS]),
    ),
    bad(
        "The members of an identified group are no groups",
        *everywhere({"objectType": "Group", "member": [GROUP], **AGENT}),
    ),
    bad(
        "Each member of an identified group is a whole agent",
        *everywhere({"objectType": "Group", "member": [{"name": "Eva"}], **AGENT}),
    ),
)

test_identifiers = statements(
    "Data 2.4.2.3",
    good("mbox is a mailto IRI", *each_of([{"mbox": "mailto:Ana.Núñez+x@escuela.example"}])),
    bad(
        "mbox begins with mailto:",
        *each_of(
            [
                {"mbox": text}
                for text in ("ana@escuela.example", "http://x.example/ana@x", "mailto", "MAILTO")
            ]
        ),
    ),
    bad(
        "mbox has an address after mailto:",
        *each_of(
            [
                {"mbox": text}
                for text in (
                    "mailto:",
                    "mailto:ana",
                    "mailto:undefined",
                    "mailto:@x.example",
                    "mailto:ana@",
                    "mailto:a b@x.example",
                )
            ]
        ),
    ),
    bad(
        "mbox_sha1sum has forty hexadecimal digits",
        *each_of(
            [
                {"mbox_sha1sum": text}
                for text in ("", "abc", "c" * 39, "c" * 41, "g" * 40, "mailto:a@b.example")
            ]
        ),
    ),
    bad(
        "openid is a URI",
        *each_of([{"openid": text} for text in ("", "ana", "ana@x.example", "http://x y")]),
    ),
    bad("account has a homePage", *each_of([{"account": {"name": "ana"}}])),
    bad("account has a name", *each_of([{"account": {"homePage": "https://x.example"}}])),
    bad("account is an object", *each_of([{"account": text} for text in ("ana", ["ana"], 1)])),
    bad(
        "The homePage of an account is an IRL",
        *each_of([{"account": {"homePage": text, "name": "ana"}} for text in ("", "ana", 1)]),
    ),
    bad(
        "The name of an account is a text",
        *each_of(
            [
                {"account": {"homePage": "https://x.example", "name": name}}
                for name in (1, {}, [], True)
            ]
        ),
    ),
    bad(
        "An account has nothing else",
        *each_of([{"account": {"homePage": "https://x.example", "name": "a", "x": 1}}]),
    ),
)

test_contexts_of_groups = statements(
    "Data 2.4.6",
    good(
        "team is a group",
        *[change("/context/team", {"objectType": "Group", **one}) for one in _AGENTS],
        change("/context/team", GROUP),
    ),
    bad(
        "team is no agent",
        *[change("/context/team", one) for one in _AGENTS],
        change("/context/team", {"objectType": "Agent", **AGENT}),
    ),
    good(
        "instructor is an agent or a group",
        change("/context/instructor", AGENT),
        change("/context/instructor", GROUP),
    ),
    bad(
        "An object that is an agent or a group says its objectType",
        a_statement(object=AGENT),
        a_statement(object={"member": [AGENT]}),
    ),
    bad("A statement's actor is no array", change("/actor", [AGENT])),
    bad(
        "A substatement has an actor",
        substatement() | {"object": without("/object/actor", substatement())["object"]},
    ),
)
