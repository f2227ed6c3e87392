"""A program for tests: a web worker of its own. Reads requests as lines of JSON, answers each in a line too."""

import json
import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "keiko.settings"
django.setup()

from tests.lrs.conftest import Xapi  # noqa: E402 - needs the settings


def main():
    for line in sys.stdin:
        asked = json.loads(line)
        client = Xapi(asked["authorization"])
        response = client.request(
            asked["method"],
            asked["path"],
            data=json.dumps(asked["body"]).encode() if asked.get("body") else b"",
            content_type="application/json",
            headers=asked["headers"],
        )
        answer = {
            "status": response.status_code,
            "text": response.getvalue().decode(errors="replace"),
            "headers": dict(response.items()),
        }
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
