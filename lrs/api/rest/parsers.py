"""JSON bodies."""

from typing import IO, Any

from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from lrs.api.bodies import read_body
from lrs.xapi import jsontext


class StrictJsonParser(BaseParser):
    """JSON as xAPI reads it: never more than the limit, no name twice, UTF-8."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None
    ) -> Any:
        # An error here must not come again when DRF looks at the data while it answers.
        request: Request = (parser_context or {})["request"]
        return jsontext.loads(read_body(request._request, self_delimiting=True))  # noqa: SLF001 - DRF has no public name for Django's request
