from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChainConfig(AppConfig):
    name = "chain"
    verbose_name = _("Parachain")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Stop at start, not at the first anchor, where the settings name no adapter of ours."""
        from chain.adapters import get_adapter

        get_adapter()
