"""The offline verifier, for download."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from passport.offline.page import offline_page

FILE = "keiko-verifier.html"


@require_safe
def offline_verifier(request: HttpRequest) -> HttpResponse:
    """The file, the same for everybody. It is kept and opened from there, and brings its own policy."""
    return HttpResponse(
        offline_page(),
        content_type="text/html; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{FILE}"',
            "Cache-Control": "public, max-age=3600",
            "Access-Control-Allow-Origin": "*",
        },
    )
