"""The alternate request syntax of xAPI 1.0.3 (Communication 1.3), for clients that can only POST a form.

`POST …?method=PUT` with a form: the fields that are named like headers are the headers, `content` is the body, the
others are the query's parameters. The request is rewritten before any resource sees it. xAPI 2.0 has no such syntax.
"""

from io import BytesIO
from urllib.parse import parse_qsl, urlencode

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest

from lrs.api.bodies import read_body
from lrs.api.errors import ApiError

_METHODS = frozenset({"GET", "HEAD", "PUT", "POST", "DELETE"})
_WITH_CONTENT = frozenset({"PUT", "POST"})
_HEADERS = {
    "authorization": "HTTP_AUTHORIZATION",
    "x-experience-api-version": "HTTP_X_EXPERIENCE_API_VERSION",
    "content-type": "CONTENT_TYPE",
    "if-match": "HTTP_IF_MATCH",
    "if-none-match": "HTTP_IF_NONE_MATCH",
}
# What the form says of its content's length is not needed, and scripts tend to count letters instead of bytes.
_PASSED_OVER = frozenset({"content-length"})
_MOST_FIELDS = 100


def is_alternate(request: HttpRequest) -> bool:
    """Whether the request is meant in the alternate syntax, well-formed or not."""
    return request.method == "POST" and "method" in request.GET


def rewritten(request: HttpRequest) -> HttpRequest:
    """The request that is meant. Precondition: `is_alternate`. Raises ApiError (400) for a form that is not one.

    The header Content-Type is not looked at: Storyline sends text/plain, others what the browser makes of it.
    """
    method = request.GET["method"]
    if method not in _METHODS:
        message = f"method={method[:40]!r} is not possible."
        raise ApiError(400, "alternate-syntax", message, advice="Use GET, HEAD, PUT, POST, DELETE.")
    if others := request.GET.keys() - {"method"}:
        raise ApiError(
            400,
            "alternate-syntax",
            f"Beside method the query has {min(others)[:40]!r}.",
            advice="Send every other parameter as a field of the form (Communication 1.3).",
        )
    fields = _fields(request)
    content = fields.pop("content", None)
    if content is None and method in _WITH_CONTENT:
        message = f"The form of this {method} has no field named content."
        raise ApiError(400, "alternate-syntax", message, advice="Put the body into it.")
    body = (content or "").encode()
    environ = {
        **request.META,
        "REQUEST_METHOD": method,
        # Statements are JSON; what a document is that comes without its type, nobody knows.
        "CONTENT_TYPE": "application/json" if request.path.endswith("/statements") else "",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": request.scheme,
    }
    environ.pop("HTTP_CONTENT_ENCODING", None)
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    parameters = {}
    for name, value in fields.items():
        if variable := _HEADERS.get(name.lower()):
            environ[variable] = value
        elif name.lower() not in _PASSED_OVER:
            parameters[name] = value
    environ["QUERY_STRING"] = urlencode(parameters)
    return WSGIRequest(environ)


def _fields(request: HttpRequest) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            read_body(request).decode(),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except UnicodeDecodeError:
        message = "The form is not UTF-8."
        raise ApiError(400, "alternate-syntax", message, advice="URL-encode it.") from None
    except ValueError:
        message = f"The form has more than {_MOST_FIELDS} fields."
        raise ApiError(400, "alternate-syntax", message, advice="Send a form.") from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        message = "The form has a field twice."
        raise ApiError(400, "alternate-syntax", message, advice="Send each field once.")
    return fields
