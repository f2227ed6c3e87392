"""The other identifier that an e-mail address may have in statements: its SHA-1 (xAPI Data 2.4.2.3)."""

import hashlib
from collections.abc import Iterable


def with_sha1(identifiers: Iterable[str]) -> list[str]:
    """The identifiers (lrs.xapi.actors.identifier) and, for each mailbox, its mbox_sha1sum; sorted."""
    given = set(identifiers)
    mailboxes = {text.removeprefix("mbox:") for text in given if text.startswith("mbox:")}
    sums = {hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest() for text in mailboxes}
    return sorted(given | {f"mbox_sha1sum:{each}" for each in sums})
