"""`python -m keiko.launcher COMMAND`: what the Makefile's targets do once .venv is there."""

import sys

from keiko.launcher.errors import LauncherError

COMMANDS = ("run", "test", "check", "bench", "requirements", "messages")


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in COMMANDS:
        print(f"usage: python -m keiko.launcher {{{','.join(COMMANDS)}}}", file=sys.stderr)
        return 2
    command, *rest = arguments
    try:
        return _command(command, rest)
    except LauncherError as error:
        print(f"make {command}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _command(command: str, rest: list[str]) -> int:
    # Imported here: `make check` must not need what only `make run` needs.
    if command == "run":
        from keiko.launcher.run import run

        return run()
    if command == "test":
        from keiko.launcher.suite import run_suite

        return run_suite(rest)
    if command == "check":
        from keiko.launcher.check import check

        return check()
    from keiko.launcher import chores

    if command == "bench":
        return chores.bench(rest)
    return {
        "requirements": chores.requirements,
        "messages": chores.messages,
    }[command]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
