"""The web server's entrance."""

import os

from django.core.wsgi import get_wsgi_application

from lrs import collector

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keiko.settings")

application = get_wsgi_application()
collector.settle()
