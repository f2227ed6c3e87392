"""Another process that answers requests (tests/lrs/other_worker.py), for tests of what several of them share."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from lrs.stores.services import IssuedCredential
from tests.lrs.conftest import a_statement, basic

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: Mapping[str, str]

    def json(self) -> Any:
        return json.loads(self.text)


class OtherWorker:
    """The process, on the test database. `environment` is what its settings are besides ours."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        name = connection.settings_dict["NAME"]
        url = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{name}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.lrs.other_worker"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def answer(
        self,
        authorization: str,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        asked = {"authorization": authorization, "method": method, "path": path, "body": body,
                 "headers": headers or {}}  # fmt: skip
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return Answer(**json.loads(self.process.stdout.readline()))

    def status(
        self,
        issued: IssuedCredential,
        method: str = "GET",
        path: str = "/xapi/statements",
        body: Any = None,
    ) -> int:
        return self.answer(basic(issued.key, issued.secret), method, path, body).status

    def post(self, issued: IssuedCredential, body: Any = None) -> int:
        return self.status(issued, "POST", body=body or a_statement())

    def stop(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()


@contextmanager
def other_worker(**environment: str) -> Iterator[OtherWorker]:
    worker = OtherWorker(environment)
    try:
        yield worker
    finally:
        worker.stop()
