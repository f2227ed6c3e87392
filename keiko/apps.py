from django.apps import AppConfig


class KeikoConfig(AppConfig):
    name = "keiko"
    verbose_name = "Keiko"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from keiko import checks  # noqa: F401 -- registers them
