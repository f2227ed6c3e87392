"""A name twice in one object: what such a text says depends on who reads it (decision 0060)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.models import Statement
from lrs.xapi import jsontext
from lrs.xapi.errors import XapiError
from tests.lrs.conftest import a_statement

TWICE = {
    "next to each other": b'{"a":1,"a":2}',
    "a space before the colon": b'{"a" :1,"a":2}',
    "a line break before both colons": b'{"a"\n:1,"a"\r\n:2}',
    "one of them escaped": rb'{"a":1,"\u0061":2}',
    "deep inside": b'[{"x":[{"y":{"a":1,"b":2,"a":1}}]}]',
    "with a text that looks like a name, escaped": rb'{"x":"\u0022:","a":1,"a":2}',
    "with a text that begins with an escaped colon": rb'{"x":"\u003a","a":1,"a":2}',
    "with a text that begins with a colon": b'{"x":":","a":1,"a":2}',
    "with a number that needs care": b'{"a":12345678901234567890,"a":1}',
    "with equal values": b'{"a":1,"a":1}',
    "empty names": b'{"":1,"":2}',
}
ONCE = [
    b'{"a":"a","b":{"a":1}}',
    b'[{"a":1},{"a":1}]',
    rb'{"a":"\":","b":": \" :"}',
    rb'{"\":":1,":":2,"\\":3}',
    b'{"a" : 1 , "A" : 2}',
    rb'{"a":"\u0022:\u003A"}',
]


@pytest.mark.parametrize("text", TWICE.values(), ids=TWICE)
def test_a_name_twice_is_no_json_for_us(text):
    with pytest.raises(XapiError, match="twice"):
        jsontext.loads(text)


@pytest.mark.parametrize("text", ONCE)
def test_a_name_in_two_objects_or_within_a_text_is_read(text):
    assert jsontext.loads(text) == json.loads(text)


def objects(inner):
    return st.lists(st.tuples(names, inner), max_size=4).map(Pairs)


class Pairs(list):
    """An object with its members in order, so that a name may be in it twice."""


pieces = st.sampled_from(['"', ":", "\\", " ", "a", "\n", "é", "\u2028"])
names = st.lists(pieces, max_size=4).map("".join)
values = st.recursive(
    names | st.integers(0, 9),
    lambda inner: st.lists(inner, max_size=3) | objects(inner),
    max_leaves=8,
)


def written(value, escape):
    if isinstance(value, Pairs):
        inner = (f"{text(name, escape)}{escape}:{written(item, escape)}" for name, item in value)
        return "{" + ",".join(inner) + "}"
    if isinstance(value, list):
        return "[" + ",".join(written(item, escape) for item in value) + "]"
    return text(value, escape) if isinstance(value, str) else str(value)


def text(value, escape):
    shown = json.dumps(value, ensure_ascii=bool(escape))
    return shown.replace(":", "\\u003a") if escape else shown


def has_a_name_twice(value):
    if isinstance(value, Pairs):
        names = [name for name, _ in value]
        return len(set(names)) < len(names) or any(has_a_name_twice(item) for _, item in value)
    return isinstance(value, list) and any(has_a_name_twice(item) for item in value)


@given(value=objects(values), escape=st.sampled_from(["", " ", "\n"]))
def test_whatever_the_text_looks_like_only_a_name_twice_is_refused(value, escape):
    try:
        jsontext.loads(written(value, escape).encode())
        refused = False
    except XapiError:
        refused = True
    assert refused == has_a_name_twice(value)


@pytest.mark.parametrize(
    "member", ['"verb":{"id":"http://x.example/v"}', '"result":{"success":true,"success":false}']
)
def test_a_statement_with_a_name_twice_is_refused_and_nothing_is_stored(xapi, member):
    whole = json.dumps(a_statement())[:-1] + "," + member + "}"
    response = xapi.post(whole.encode())
    assert response.status_code == 400
    assert "twice" in response.json()["error"]["message"]
    assert not Statement.objects.exists()


def test_an_actor_in_a_parameter_with_a_name_twice_is_refused(xapi):
    assert xapi.get(agent='{"mbox":"mailto:a@b.org","mbox":"mailto:c@d.org"}').status_code == 400
