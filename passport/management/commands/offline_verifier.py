"""`manage.py offline_verifier FILE`: writes the verifier that is one HTML file."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from passport.offline.page import offline_page


class Command(BaseCommand):
    help = "Write the verifier that is one HTML file and works without a network."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", default="keiko-verifier.html")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        page = offline_page()
        try:
            Path(file).write_bytes(page)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{file}: {len(page)} bytes, SHA-256 {hashlib.sha256(page).hexdigest()}")
