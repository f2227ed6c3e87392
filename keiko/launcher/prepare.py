"""Brings the database's tables and the static files up to date: `python -m keiko.launcher.prepare`.

One process for both, since most of its time is Django's start. Static files are collected only
when one of them changed since the last time.
"""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.migrations.executor import MigrationExecutor


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keiko.settings")
    django.setup()
    try:
        _migrate()
    except OperationalError as error:
        print(f"the database does not answer: {str(error).splitlines()[0]}", file=sys.stderr)
        return 1
    _collect_static()
    return 0


def _migrate() -> None:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print(f"Bringing the tables up to date ({len(plan)} migrations) ...", flush=True)
        call_command("migrate", interactive=False, verbosity=0)


def _collect_static() -> None:
    stamp = Path(settings.STATIC_ROOT) / ".keiko-collected"
    wanted = _fingerprint()
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    print("Collecting the static files ...", flush=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(wanted, encoding="ascii")


def _fingerprint() -> str:
    """A hash over every static file's name, size and time of change."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
