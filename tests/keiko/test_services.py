import json
import os
import subprocess
import sys

from keiko.services import embedded_services


def write(var, **facts):
    (var / "services.json").write_text(json.dumps(facts))


def test_without_a_launcher_there_are_no_embedded_services(tmp_path):
    assert embedded_services(tmp_path) == {}


def test_the_services_of_a_running_launcher_are_found(tmp_path):
    write(tmp_path, pid=str(os.getpid()), DATABASE_URL="postgresql://x/keiko", OTHER="no")
    assert embedded_services(tmp_path) == {"DATABASE_URL": "postgresql://x/keiko"}


def test_the_services_of_a_launcher_that_was_killed_are_not(tmp_path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    write(tmp_path, pid=str(ended.pid), DATABASE_URL="postgresql://x/keiko")
    assert embedded_services(tmp_path) == {}
