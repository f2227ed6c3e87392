"""What a credential may do (Communication 4.2, "Scopes"): a table, so that no code decides it.

A view names the scopes that open it; a credential passes that was granted one of them, or one that implies one of
them.
"""

from collections.abc import Iterable

# What each scope means by itself. The order is that in which people are shown them.
MEANINGS = {
    "statements/write": "store statements",
    "statements/read": "read every statement of the store",
    "statements/read/mine": "read the statements that this credential stored",
    "state": "read and write state documents",
    "define": "change what is known of activities and of agents",
    "profile": "read and write activity profiles and agent profiles",
    "all/read": "read everything in the store",
    "all": "read and write everything in the store",
}

# Each scope, and those directly below it: whoever has it has them too.
IMPLIES: dict[str, frozenset[str]] = {
    "statements/write": frozenset(),
    "statements/read": frozenset({"statements/read/mine"}),
    "statements/read/mine": frozenset(),
    "state": frozenset(),
    "define": frozenset(),
    "profile": frozenset(),
    "all/read": frozenset({"statements/read"}),
    "all": frozenset({"all/read", "statements/write", "state", "define", "profile"}),
}

SCOPES = frozenset(IMPLIES)


def expand(granted: Iterable[str]) -> frozenset[str]:
    """The scopes with all that they imply. A scope that is not in the table implies nothing and opens nothing."""
    reached: set[str] = set()
    open_ends = [scope for scope in granted if scope in SCOPES]
    while open_ends:
        scope = open_ends.pop()
        if scope not in reached:
            reached.add(scope)
            open_ends.extend(IMPLIES[scope])
    return frozenset(reached)


def check(scopes: Iterable[str]) -> list[str]:
    """The scopes, sorted, each once. Raises ValueError, which names those there are, for one that is unknown."""
    wanted = set(scopes)
    if unknown := wanted - SCOPES:
        raise ValueError(f"Unknown scope {min(unknown)!r}; the scopes are {', '.join(MEANINGS)}.")
    return sorted(wanted)


def openers(scopes: Iterable[str]) -> list[str]:
    """Every scope that opens what one of these opens, in the order of the table."""
    wanted = frozenset(scopes)
    return [scope for scope in MEANINGS if wanted & expand([scope])]
