"""Answers as JSON; errors have one shape: {"error": {"code", "message", "path", "advice"}}."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from lrs.xapi import jsontext


class ApiError(Exception):
    """An answer other than success, with what to do about it, and headers that go with it."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        path: str = "",
        advice: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.path = path
        self.advice = advice
        self.headers = headers or {}


def json_response(value: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(jsontext.dumps(value), status=status, content_type="application/json")


def error_response(error: ApiError) -> HttpResponse:
    parts = {
        "code": error.code,
        "message": error.message,
        "path": error.path,
        "advice": error.advice,
    }
    response = json_response(
        {"error": {key: text for key, text in parts.items() if text}}, error.status
    )
    for name, value in error.headers.items():
        response[name] = value
    return response
