import secrets
import subprocess
import sys
from pathlib import Path

from keiko.secretfile import load_or_make


def test_a_secret_is_made_once_and_then_stays(tmp_path):
    path = tmp_path / "keys" / "one"
    first = load_or_make(path, secrets.token_urlsafe)
    assert load_or_make(path, secrets.token_urlsafe) == first


def test_only_its_owner_may_read_it(tmp_path):
    path = tmp_path / "keys" / "one"
    load_or_make(path, secrets.token_urlsafe)
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_processes_that_start_at_once_agree_on_one_secret(tmp_path):
    path = tmp_path / "keys" / "one"
    program = (
        "import secrets, sys; from pathlib import Path; from keiko.secretfile import load_or_make;"
        "sys.stdin.read(1); print(load_or_make(Path(sys.argv[1]), secrets.token_urlsafe))"
    )
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", program, path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(8)
    ]
    for racer in racers:
        racer.stdin.write(".")
        racer.stdin.flush()
    answers = {racer.communicate()[0].strip() for racer in racers}
    assert answers == {path.read_text().strip()}
    assert [entry.name for entry in Path(path.parent).iterdir()] == ["one"]
