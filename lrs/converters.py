"""Parts of addresses that Django's own converters do not take."""

from django.urls.converters import StringConverter


class AnythingConverter(StringConverter):
    """The rest of an address, whatever it holds: `path` stops at a line break, which may come as %0A."""

    regex = "(?s:.+)"
