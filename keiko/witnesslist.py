"""The setting LOG_WITNESSES, read: a mistake in it stops the program, not the log later."""

from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured

from anchoring.core.errors import CoreError
from anchoring.core.witness_protocol import Witness, parse_witnesses


def witness_list(items: Sequence[str], required: int) -> tuple[Witness, ...]:
    """The witnesses; ImproperlyConfigured where one is malformed or they are fewer than `required`."""
    try:
        found = parse_witnesses(items)
    except (CoreError, ValueError) as error:
        raise ImproperlyConfigured(f"LOG_WITNESSES: {error}") from error
    if required > len(found):
        raise ImproperlyConfigured(
            f"LOG_WITNESSES_REQUIRED={required}, but LOG_WITNESSES names {len(found)}."
        )
    return found
