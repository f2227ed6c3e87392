"""What `make run` prints when the demo is ready."""

import shlex
from pathlib import Path

from keiko.demo.facts import Facts

_RULE = "─" * 78
_NAME = "var/demo.json"


def block(facts: Facts, *, verifier: str = "keiko-verify") -> str:
    """The addresses, the credentials and the proof link, aligned for a terminal."""
    shown = _near(facts.bundle)
    lines = [
        _RULE,
        "Keiko is ready.",
        "",
        "  Passport (a learner)",
        f"    address       {(facts.xapi_endpoint or '').removesuffix('xapi')}",
        f"    e-mail        {facts.learner_email}",
        f"    password      {facts.learner_password}",
        "",
        "  Administration",
        f"    address       {facts.admin_url}",
        f"    e-mail        {facts.admin_email}",
        f"    password      {facts.admin_password}",
        "",
        "  xAPI (for Moodle, H5P, Storyline, any client: docs/clients.md)",
        f"    endpoint      {facts.xapi_endpoint}",
        f"    key           {facts.key}",
        f"    secret        {facts.secret}",
        f"    (a store whose default version is 2.0: its key and secret are in {_NAME})",
        "",
        f"  Chain node      {facts.chain_url or 'none'}",
        "",
        "  Proof link (open it in any browser)",
        f"    {facts.share_url}",
        "",
        "  Check the same without our server",
        f"    {verifier} {shlex.quote(shown)}",
        "",
        f"  All of this is in {_NAME}.",
        _RULE,
    ]
    return "\n".join(lines) + "\n"


def _near(path: str | None) -> str:
    """The path from here where it is below here, else in full."""
    if path is None:
        return ""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return path
