import json
import os
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.db import connection

ASK = """
import json, django
django.setup()
from django.db import connection
connection.ensure_connection()
print(json.dumps(connection.connection.info.get_parameters()))
"""


def parameters(**given):
    """What a connection of a new process is made with, where DATABASE_URL has these parameters."""
    said = connection.settings_dict
    host, port = quote(str(said["HOST"]), safe=""), said["PORT"] or 5432
    query = "&".join(f"{name}={value}" for name, value in given.items())
    login = f"{quote(said['USER'])}:{quote(said['PASSWORD'] or '')}"
    url = f"postgresql://{login}@{host}:{port}/{said['NAME']}?{query}"
    found = subprocess.run(
        [sys.executable, "-c", ASK],
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "keiko.settings"},
        capture_output=True,
        check=True,
        text=True,
    )
    return json.loads(found.stdout)


@pytest.mark.django_db
def test_the_parameters_of_the_url_are_those_of_the_connection():
    assert parameters(sslmode="allow")["sslmode"] == "allow"


@pytest.mark.django_db
def test_a_server_that_vanished_is_given_up_in_seconds_unless_the_url_says_otherwise():
    assert parameters()["tcp_user_timeout"] == "20000"
    assert parameters(tcp_user_timeout=7000)["tcp_user_timeout"] == "7000"
