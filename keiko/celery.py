"""The Celery application; its tasks live in `tasks.py` of each application."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keiko.settings")

app = Celery("keiko")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
