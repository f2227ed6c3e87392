"""The file itself: script, styles, pictures and words in one HTML document that reaches nothing.

The same version of Keiko gives the same bytes, so that anybody can make the file and compare.
"""

import base64
import functools
import hashlib
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.contrib.staticfiles import finders
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import translation

from passport.offline.modules import joined
from passport.offline.words import LANGUAGES, page_words

_STYLES = ("keiko/tokens.css", "keiko/base.css", "keiko/parts.css", "passport/offline.css")
_LICENCES = (
    "passport/verify/vendor/noble/hashes/LICENSE",
    "passport/verify/vendor/noble/ed25519/LICENSE",
)
_PICTURE = re.compile(r'url\("([^"]+\.svg)"\)')


@functools.cache
def offline_page() -> bytes:
    """The HTML document, in UTF-8."""
    script, styles = _script(), "\n".join(_style(name) for name in _STYLES)
    page = render_to_string(
        "passport/offline.html",
        {
            "policy": policy(script, styles),
            "script": script,
            "styles": styles,
            "words": {language: _words(language) for language in LANGUAGES},
        },
    )
    return page.encode()


def policy(script: str, styles: str) -> str:
    """The Content-Security-Policy under which only this script and these styles work, and no address
    can be reached."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src '{_digest(script)}'",
            f"style-src '{_digest(styles)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _script() -> str:
    licences = "\n".join(_source(name).read_text(encoding="utf-8") for name in _LICENCES)
    script = f"/*!\n{licences}*/\n{joined(_source('passport/offline-page.js'))}"
    if "</script" in script or "<!--" in script:
        raise ValueError("The script would end its own element.")
    return script


def _style(name: str) -> str:
    """A style sheet whose pictures are in it."""
    source = _source(name)

    def inlined(match: re.Match[str]) -> str:
        picture = (source.parent / match[1]).read_text(encoding="utf-8")
        return f'url("data:image/svg+xml,{quote(picture)}")'

    return _PICTURE.sub(inlined, source.read_text(encoding="utf-8"))


def _source(name: str) -> Path:
    found = finders.find(name)
    if found is None:
        raise FileNotFoundError(
            f"The static file {name} is missing: Keiko was not installed whole."
        )
    return Path(found)


def _words(language: str) -> Any:
    with translation.override(language):
        # The texts are lazy: only once written are they of this language.
        return json.loads(json.dumps(page_words(), cls=DjangoJSONEncoder))
