"""The vectors of both verifiers, in a real browser: other engines than Node.js read, hash and compare."""

import json
import mimetypes
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Route

from tests.e2e.conftest import OpenPage

pytestmark = [pytest.mark.browser]

SITE = "http://verifier.example"
FILES = {
    "refused": "refused.json",
    "bundle": "course.keiko.json",
    "notes": "notes.json",
    "verification": "verification.json",
}
RUN = """async (files) => {
  const { wrongOfCase, wrongOfRefused } = await import("/tests/passport/verify/cases.mjs");
  const verifier = (name) => import(`/passport/static/passport/verify/${name}`);
  const { wrong, counted } = await wrongOfRefused(files, verifier);
  for (const one of files.verification.cases) {
    const found = await wrongOfCase(files.verification, one, verifier);
    if (found) wrong.push(`${one.name}: ${found}`);
  }
  return { wrong, counted };
}"""


def from_the_repository(route: Route) -> None:
    """Answers any address with the file of that path; nothing else can be reached."""
    path = settings.BASE_DIR / route.request.url.removeprefix(f"{SITE}/")
    if not path.is_file():
        route.fulfill(status=200, content_type="text/html", body="<!doctype html>")
        return
    kind = "text/javascript" if path.suffix in {".js", ".mjs"} else mimetypes.guess_type(path)[0]
    route.fulfill(content_type=kind, body=path.read_bytes())


def test_every_vector_good_and_bad_comes_out_as_it_is_written_down(open_page: OpenPage) -> None:
    vectors = settings.BASE_DIR / "tests" / "vectors"
    files: dict[str, Any] = {
        name: json.loads((vectors / file).read_text("utf-8")) for name, file in FILES.items()
    }
    page = open_page()
    page.route("**/*", from_the_repository)
    page.goto(SITE)

    found = page.evaluate(RUN, files)

    assert found["wrong"] == []
    assert len(files["verification"]["cases"]) > 180
    for kind, count in found["counted"].items():
        assert count == len(files["refused"][kind]), kind
