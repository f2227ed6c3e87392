"""The Celery application; its tasks live in `tasks.py` of each application."""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_ready

from keiko.filebroker import mend_filesystem_transport

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keiko.settings")
mend_filesystem_transport()

app = Celery("keiko")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def _write_ready_file(variable: str) -> None:
    """Whoever starts us and wants to know when we are ready names a file in the environment."""
    if path := os.environ.get(variable):
        Path(path).write_text(str(os.getpid()), encoding="ascii")


def _worker_is_ready(**_: Any) -> None:
    _write_ready_file("KEIKO_WORKER_READY_FILE")


def _beat_is_ready(**_: Any) -> None:
    _write_ready_file("KEIKO_BEAT_READY_FILE")


worker_ready.connect(_worker_is_ready)
beat_init.connect(_beat_is_ready)
