"""The OpenAPI document, and pages to read it and try it out. Open to everybody: it tells no store's secret."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_page
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

_SECONDS = 3600  # the document changes with the code alone


@method_decorator(cache_page(_SECONDS), name="dispatch")
class Document(SpectacularJSONAPIView):
    """The document itself."""

    authentication_classes = ()
    permission_classes = ()


# Swagger UI writes styles into its elements; scripts still come from us alone.
@method_decorator(csp_update({"style-src": [SELF, UNSAFE_INLINE]}), name="dispatch")
class Reader(SpectacularSwaggerSplitView):
    """Swagger UI, served by ourselves."""

    authentication_classes = ()
    permission_classes = ()
    url_name = "openapi:document"
    template_name = "lrs/openapi.html"
