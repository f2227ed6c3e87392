"""What `make run` prints when everything is ready: addresses, credentials and the proof link."""

import json
from collections.abc import Mapping

from keiko.launcher.places import Places

_CREDENTIALS = 44  # the column where they begin


def summary(places: Places, env: Mapping[str, str]) -> str:
    """A short block, made from var/demo.json as the demo wrote it."""
    demo: dict[str, str] = json.loads(places.demo.read_text(encoding="utf-8"))
    passport = env["PUBLIC_URL"].rstrip("/") + "/"
    rows = [
        ("Passport", passport, f"{demo['learner_email']}  {demo['learner_password']}"),
        ("Administration", demo["admin_url"], f"{demo['admin_email']}  {demo['admin_password']}"),
        ("xAPI", demo["xapi_endpoint"], f"{demo['key']}  {demo['secret']}"),
        ("Chain", demo["chain_url"], ""),
        ("Logs", f"{places.var / 'log'}", ""),
    ]
    lines = ["", "Keiko is running. Ctrl-C stops it; everything is kept.", ""]
    lines += [
        f"  {name:<15}{f'{address:<{_CREDENTIALS}}{who}'.rstrip()}" for name, address, who in rows
    ]
    lines += [
        "",
        f"  Proof link     {demo['share_url']}",
        f"  Check it here  .venv/bin/keiko-verify {demo['bundle']}",
        "",
    ]
    return "\n".join(lines)
