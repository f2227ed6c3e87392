from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnchoringConfig(AppConfig):
    name = "anchoring"
    verbose_name = _("Log and anchors")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from anchoring import kinds, ledger
        from anchoring.models import Kind

        kinds.add_source(Kind.ERASURE, ledger.Markers())
