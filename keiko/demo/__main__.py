"""`python -m keiko.demo play`: play the demo journey, then print where everything is."""

import argparse
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keiko.settings")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m keiko.demo", description=__doc__)
    parser.add_argument("command", choices=["play"], help="play the term, or finish playing it")
    parser.parse_args()
    django.setup()
    # The models can be imported only now.
    from keiko.demo.anchored import NotLoggedError
    from keiko.demo.block import block
    from keiko.demo.deliver import DeliveryError
    from keiko.demo.people import somebody_lives_here
    from keiko.demo.play import DemoError, play

    if somebody_lives_here():
        _say("This database has stores of its own, so the demo is not played into it.")
        return 0
    try:
        facts = play(say=_say)
    except (DemoError, DeliveryError, NotLoggedError) as error:
        sys.stderr.write(f"demo: {error}\n")
        return 1
    sys.stdout.write(block(facts, verifier=".venv/bin/keiko-verify"))
    sys.stdout.flush()
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
