"""The LRS in Django's admin, a module a subject."""

from lrs.admin import credentials, dimensions, statements, stores

__all__ = ["credentials", "dimensions", "statements", "stores"]
