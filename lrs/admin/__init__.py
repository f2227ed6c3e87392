"""The LRS in Django's admin, a module a subject."""

from lrs.admin import (
    attachments,
    credentials,
    dimensions,
    documents,
    hierarchy,
    issuers,
    rejections,
    statements,
    stores,
)

__all__ = [
    "attachments",
    "credentials",
    "dimensions",
    "documents",
    "hierarchy",
    "issuers",
    "rejections",
    "statements",
    "stores",
]
