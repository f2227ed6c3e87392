"""A program for a test that kills PostgreSQL: posts without pause in threads, prints each answer as a line of JSON."""

import json
import os
import sys
import threading
import time

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "keiko.settings"
django.setup()

from django.core.management import call_command  # noqa: E402 - needs the settings
from django.db import close_old_connections  # noqa: E402 - the same

from lrs.stores.services import create_store  # noqa: E402 - needs the settings
from tests.lrs.conftest import a_statement, client_of, issued_for, new_id  # noqa: E402 - the same

_printing = threading.Lock()


def post_for_ever(issued, size):
    xapi = client_of(issued)
    while True:
        ids = [new_id() for _ in range(size)]
        response = xapi.post([a_statement(id=one) for one in ids])
        close_old_connections()  # as a real server does after each request; the test client does not
        with _printing:
            sys.stdout.write(json.dumps({"status": response.status_code, "ids": ids}) + "\n")
            sys.stdout.flush()
        if response.status_code != 200:
            time.sleep(0.1)


def main():
    call_command("migrate", verbosity=0)
    issued = issued_for(create_store(slug="s", name="S", default_version="1.0.3"))
    for size in (1, 1, 20):
        threading.Thread(target=post_for_ever, args=(issued, size), daemon=True).start()
    threading.Event().wait()


if __name__ == "__main__":
    sys.exit(main())
