"""The LRS in Django's admin, a module a subject."""

from lrs.admin import credentials, statements, stores

__all__ = ["credentials", "statements", "stores"]
