"""`manage.py cosign`: ask the witnesses for the newest checkpoint, and show how they stand."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from anchoring import witnesses
from anchoring.models import WitnessState


class Command(BaseCommand):
    help = "Asks the witnesses (LOG_WITNESSES) to cosign the newest checkpoint; shows their state."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOG_WITNESSES:
            self.stdout.write("No witness is set. LOG_WITNESSES names them (docs/operate-log.md).")
            return
        WitnessState.objects.update(next_attempt=None)
        witnesses.cosign()
        states = WitnessState.objects.in_bulk()
        for witness in settings.LOG_WITNESSES:
            state = states.get(witness.vkey)
            if state is None:
                said = "was not asked yet: the log has no checkpoint, or another process is asking."
            else:
                said = f"has cosigned {state.size} records. {state.problem}".strip()
            self.stdout.write(f"{witness.name} {said}")
