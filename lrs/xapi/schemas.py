"""The statement schemas: `jsonschema-rs` accepts, `jsonschema` says what is wrong, from the same files."""

import json
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

import jsonschema
import jsonschema_rs
from jsonschema.exceptions import best_match

from lrs.xapi import jsontext
from lrs.xapi.errors import XapiError
from lrs.xapi.versions import V1, V2


@cache
def schema(version: str) -> dict[str, Any]:
    """The JSON schema (draft 7) of a statement in `V1` or `V2`."""
    text = files("lrs.xapi").joinpath("schema", f"statement-{version}.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


# The regex engine in linear time: a client's text can never make it hang.
_ACCEPT = {
    version: jsonschema_rs.Draft7Validator(
        schema(version), pattern_options=jsonschema_rs.RegexOptions()
    )
    for version in (V1, V2)
}
# Many at once: one crossing into Rust.
_ACCEPT_ALL = {
    version: jsonschema_rs.Draft7Validator(
        {"definitions": schema(version)["definitions"], "items": {"$ref": schema(version)["$ref"]}},
        pattern_options=jsonschema_rs.RegexOptions(),
    )
    for version in (V1, V2)
}
_ACTOR = {
    version: jsonschema_rs.Draft7Validator(
        {**schema(version), "$ref": "#/definitions/actor"},
        pattern_options=jsonschema_rs.RegexOptions(),
    )
    for version in (V1, V2)
}


def _pattern(
    validator: Any, pattern: str, instance: Any, _schema: Any
) -> Iterator[jsonschema.ValidationError]:
    """`$` is the end of the text, as in ECMA 262 and in Rust; in Python it also stands before a last line break."""
    if validator.is_type(instance, "string") and not re.search(
        pattern.replace("$", r"\Z"), instance
    ):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


def _is_integer(_checker: Any, instance: Any) -> bool:
    """1.0 is an integer in JSON schema, however it was read."""
    if isinstance(instance, Decimal):
        return instance == instance.to_integral_value()
    if isinstance(instance, float):
        return instance.is_integer()
    return isinstance(instance, int) and not isinstance(instance, bool)


_extend: Any = jsonschema.validators.extend  # published without types
_Explainer = _extend(
    jsonschema.Draft7Validator,
    validators={"pattern": _pattern},
    type_checker=jsonschema.Draft7Validator.TYPE_CHECKER.redefine("integer", _is_integer),
)
_EXPLAIN = {version: _Explainer(schema(version)) for version in (V1, V2)}


_MOST_FAULTS = 50


def fits(statement: Any, version: str) -> bool:
    """Whether the value fits the schema."""
    try:
        return _ACCEPT[version].is_valid(statement)
    except UnicodeEncodeError:  # a lone surrogate in a property's name, which is no text in Rust
        return bool(_EXPLAIN[version].is_valid(statement))


def all_fit(statements: Sequence[Any], version: str) -> bool:
    """Whether each value fits the schema. False may also mean that each has to be asked by itself."""
    try:
        return _ACCEPT_ALL[version].is_valid(list(statements))
    except UnicodeEncodeError:
        return False


_IRI = re.compile(schema(V1)["definitions"]["iri"]["pattern"].replace("$", r"\Z"))


def is_iri(text: str) -> bool:
    """Whether the text is an IRI as a statement may have it."""
    return _IRI.search(text) is not None


def fits_actor(actor: Any, version: str) -> bool:
    """Whether the value is an agent or a group."""
    try:
        return _ACTOR[version].is_valid(actor)
    except UnicodeEncodeError:  # such a name is none of an actor's properties
        return False


def explain(statement: Any, version: str) -> XapiError:
    """What keeps a value from fitting the schema. Precondition: `fits` said no."""
    # The first faults are enough: a body with thousands must not keep a worker busy for seconds.
    errors = list(islice(_EXPLAIN[version].iter_errors(statement), _MOST_FAULTS))
    # A wrong objectType is the cause of what else seems wrong beside it.
    wrong_type = [error for error in errors if [*error.absolute_path][-1:] == ["objectType"]]
    error = best_match(wrong_type or errors)
    if error is None:  # the two engines differ on this value; the strict one counts
        return XapiError("The statement does not fit the xAPI schema.")
    path = "".join(f"/{_pointer(step)}" for step in error.absolute_path)
    advice = _ADVICE.get(str(error.validator), "")
    if path.startswith("/authority"):
        advice = "An authority is an agent, or an anonymous group of exactly two (Data 2.4.9)."
    return XapiError(_message(error), path=path, advice=advice)


def _pointer(step: str | int) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")


def _message(error: jsonschema.ValidationError) -> str:
    shown = jsontext.dumps(error.instance).decode()
    value = shown if len(shown) <= 80 else shown[:77] + "…"
    match error.validator:
        case "required":
            return f"{error.message[:200]}."
        case "additionalProperties":
            return f"{error.message[:200]}."
        case "pattern" if error.absolute_path:
            return (
                f"{value} is not well-formed: see {error.absolute_path[-1]} in the specification."
            )
        case "pattern" | "propertyNames":
            return f"{value} is not a well-formed name for a property here."
        case "dependencies":
            return "A definition that describes an interaction must say its interactionType."
        case "type":
            return f"{value} is not of type {error.validator_value}."
        case "oneOf" | "anyOf":
            return f"{value} must have exactly one of mbox, mbox_sha1sum, openid, account."
        case _:
            return f"{error.message[:200]}."


_ADVICE = {
    "dependencies": "Add interactionType (Data 2.4.4.1).",
    "additionalProperties": "Remove the property, or move it into extensions under an IRI.",
    "required": "Add the property.",
    "pattern": "See the definition of the property in the xAPI specification, part Data.",
    "oneOf": "Identify an agent or group by exactly one inverse functional identifier (Data 2.4.2.3).",
}
