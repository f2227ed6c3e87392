"""Nodes and places are found by following statements, whatever happens meanwhile."""

from tests.lrs.hierarchy.conftest import ALGEBRA, MATHS, MONDAY, follow_all, within


def test_a_statement_makes_the_nodes_that_it_names_and_their_tree(xapi, rest):
    xapi.post(within(MONDAY, ALGEBRA, MATHS))
    follow_all()
    maths, algebra, monday = (rest.node(one) for one in (MATHS, ALGEBRA, MONDAY))
    assert (maths["level"], maths["parent"], maths["origin"]) == ("course", None, "discovered")
    assert maths["names"] == {"es": "Matemáticas", "en": "Mathematics"}
    assert (algebra["level"], algebra["parent"]) == ("class", maths["id"])
    assert (monday["level"], monday["parent"]) == ("session", algebra["id"])
    assert monday["session_kind"] == "tutoring"


def test_a_node_has_the_statements_of_what_lies_below_it(xapi, rest):
    xapi.post([within(MATHS), within(ALGEBRA, MATHS), within(MONDAY, ALGEBRA, MATHS), within()])
    follow_all()
    counts = [
        rest.get(f"nodes/{rest.node(one)['id']}/statistics")["statements"]
        for one in (MATHS, ALGEBRA, MONDAY)
    ]
    assert counts == [3, 2, 1]


def test_what_a_statement_leaves_open_the_tree_fills(xapi, rest):
    xapi.post([within(MONDAY), within(MONDAY, ALGEBRA), within(ALGEBRA, MATHS)])
    follow_all()
    maths = rest.node(MATHS)["id"]
    assert rest.get(f"nodes/{maths}/statistics")["statements"] == 3
    assert len(rest.get(f"nodes/{maths}/statements")["statements"]) == 3
