"""Asks every reader about a text: the server, the reference validator, and the second reading by hand."""

from dataclasses import dataclass
from typing import Any

from lrs.xapi import jsontext, schemas
from lrs.xapi.errors import XapiError
from lrs.xapi.statements import validate
from tests.fuzz import oracle


@dataclass(frozen=True)
class Verdicts:
    """Why each reader refuses the text; None where it takes it."""

    server: str | None
    reference: str | None
    by_hand: str | None

    @property
    def agree(self) -> bool:
        return (
            len({verdict is None for verdict in (self.server, self.reference, self.by_hand)}) == 1
        )


def judged(client: Any, body: bytes, version: str) -> Verdicts:
    """What the readers say of a body of `POST statements`. Raises AssertionError when the server fails or does not
    explain itself.

    An array is outside of this: each text is one statement or nothing.
    """
    return Verdicts(_server(client, body), _reference(body, version), _by_hand(body, version))


def _server(client: Any, body: bytes) -> str | None:
    response = client.post(body)
    if response.status_code in (200, 409):  # 409: a statement, but another has its id
        return None
    assert response.status_code == 400, f"{response.status_code}: {body!r}"
    error = response.json()["error"]
    assert error["code"], body
    assert error["message"], body
    return f"{error.get('path', '')} {error['message']}"


def _reference(body: bytes, version: str) -> str | None:
    """`jsonschema` on the same schema, then the rules that a schema cannot say."""
    try:
        value = jsontext.loads(body)
        error = next(schemas._EXPLAIN[version].iter_errors(value), None)
        if error is not None:
            return str(error.message)[:200]
        validate(value, version)
        oracle.need(isinstance(value, dict), "an array")
        jsontext.dumps(value)
        _check_what_is_kept(value)
    except (XapiError, oracle.Refused) as refused:
        return str(refused)
    return None


def _check_what_is_kept(value: Any) -> None:
    """What the schema does not know: whether identifiers are text, and whether contents are elsewhere."""
    from lrs.statements.prepare import prepare
    from lrs.xapi.attachments import matched
    from lrs.xapi.versions import V1

    matched(value, {})
    prepare(value, version=V1, authority={"mbox": "mailto:a@b.example"})


def _by_hand(body: bytes, version: str) -> str | None:
    try:
        oracle.statement(oracle.read(body), version)
    except oracle.Refused as refused:
        return str(refused) or "refused"
    return None
