"""docs/settings.md and keiko/settings.py name the same variables."""

import re

from keiko.launcher.places import ROOT

READ = re.compile(r"env(?:str|bool|int|list|secret)\(\s*\"([A-Z_]+)\"")
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.*?) \| (.*?) \|$", re.MULTILINE)
LAUNCHER_ONLY = {"HOST", "PORT", "WEB_WORKERS", "PYTHON"}


def page():
    return (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def settings():
    return (ROOT / "keiko" / "settings.py").read_text(encoding="utf-8")


def test_every_setting_is_on_the_page_and_nothing_else():
    assert {name for name, _, _ in ROW.findall(page())} - LAUNCHER_ONLY == set(
        READ.findall(settings())
    )


def test_every_secret_is_marked_and_nothing_else():
    marked = {name for name, _, text in ROW.findall(page()) if "**secret**" in text}
    assert marked == set(re.findall(r"envsecret\(\s*\"([A-Z_]+)\"", settings()))


def test_whole_number_defaults_are_those_of_the_code():
    number = re.compile(r"envint\(\s*\"([A-Z_]+)\", ([0-9_* ]+)")
    expected = {name: eval(value) for name, value in number.findall(settings())}  # noqa: S307 -- our own digits
    written = {name: default for name, default, _ in ROW.findall(page()) if name in expected}
    found = {name: int(re.match(r"`(\d+)`", text).group(1)) for name, text in written.items()}
    assert found == expected
