from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _

from lrs.converters import AnythingConverter


class LrsConfig(AppConfig):
    name = "lrs"
    verbose_name = _("Learning record store")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register_converter(AnythingConverter, "anything")
        post_migrate.connect(_after_migrations, sender=self)


def _after_migrations(**_: Any) -> None:
    from lrs.statements import dictionaries, partitions

    dictionaries.keep_shipped()
    partitions.make_ahead()
