"""Version negotiation (Communication 3.3; IEEE 9274.1.1 section 4.1.6)."""

import re

from lrs.xapi.errors import XapiError

V1 = "1.0.3"
V2 = "2.0.0"
SUPPORTED = (V2, V1, "1.0.2", "1.0.1", "1.0.0")

_V1 = re.compile(r"1\.0(\.\d+)?")
_V2 = re.compile(r"2\.0(\.\d+)?")
_ADVICE = "Send the header X-Experience-API-Version: 1.0.3 or 2.0.0."


def negotiate(header: str | None) -> str:
    """The version to answer in, `V1` or `V2`, for the header X-Experience-API-Version.

    "1.0" means 1.0.0, and any 1.0.x is served as 1.0.3. Raises XapiError for a missing or other version.
    """
    if not header:
        raise XapiError("The request does not say its xAPI version.", advice=_ADVICE)
    version = header.strip()
    if _V1.fullmatch(version):
        return V1
    if _V2.fullmatch(version):
        return V2
    raise XapiError(f"This server does not know xAPI version {version!r}.", advice=_ADVICE)
