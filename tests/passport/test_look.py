"""What the design promises and a machine can hold: contrast, and files under hashed names."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.templatetags.static import static

TOKENS = Path(settings.BASE_DIR) / "keiko" / "static" / "keiko" / "tokens.css"
GROUNDS = {
    "ink": ["paper", "sheet", "sheet-quiet", "accent-wash", "passed-wash", "failed-wash"],
    "ink-quiet": ["paper", "sheet", "sheet-quiet", "accent-wash", "passed-wash"],
    "accent": ["paper", "sheet", "accent-wash"],
    "accent-ink": ["accent"],
    "passed": ["paper", "sheet", "passed-wash"],
    "failed": ["paper", "sheet", "failed-wash"],
    "unknown": ["paper", "sheet", "unknown-wash"],
    "cover-ink": ["cover"],
    "cover-quiet": ["cover"],
}


def colours(scheme: str) -> dict[str, str]:
    light, dark = TOKENS.read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")
    text = light if scheme == "light" else dark.split("@media")[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", text))


def luminance(colour: str) -> float:
    """WCAG 2.2's relative luminance of #rrggbb."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_of_text_and_ground_has_a_contrast_of_four_and_a_half(scheme: str) -> None:
    found = colours(scheme)
    weak = {
        (text, ground): round(contrast(found[text], found[ground]), 2)
        for text, grounds in GROUNDS.items()
        for ground in grounds
        if contrast(found[text], found[ground]) < 4.5
    }
    assert weak == {}


def test_static_files_are_found_under_hashed_names(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "keiko.staticfiles.ModuleManifestStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    page = (tmp_path / static("passport/proof-page.js").removeprefix("/static/")).read_text()
    imported = re.findall(r'from "\./([^"]+)"', page)
    assert len(imported) == 2
    for name in imported:
        assert re.search(r"\.[0-9a-f]{12}\.js$", name)
        assert (tmp_path / "passport" / name).exists()
    parts = (tmp_path / static("keiko/parts.css").removeprefix("/static/")).read_text()
    for shape in re.findall(r'url\("(shapes/[^"]+)"\)', parts):
        assert (tmp_path / "keiko" / shape).exists()
