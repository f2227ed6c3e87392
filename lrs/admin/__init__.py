"""The LRS in Django's admin, a module a subject."""

from lrs.admin import credentials, dimensions, rejections, statements, stores

__all__ = ["credentials", "dimensions", "rejections", "statements", "stores"]
