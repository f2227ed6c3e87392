"""`keiko-verify`: checks a bundle, with or without the network, and says what was found.

`keiko-verify monitor` is another program in the same command: see `monitor_cli`.

Exit status: 0 everything passed, 1 something failed, 2 something could not be checked (or the
command could not be carried out).
"""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from anchoring.core import monitor_cli
from anchoring.core.bundle import Bundle, parse
from anchoring.core.cli_files import Cannot, find_trust, read_file, read_trust
from anchoring.core.errors import BundleError
from anchoring.core.printing import as_json, as_text, printable
from anchoring.core.readers import HttpLogReader, NodeReader
from anchoring.core.report import EXIT_STATUS, Outcome
from anchoring.core.trust import Trust
from anchoring.core.verification import verify
from chain.light.rpc import JsonRpc

_CANNOT = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (the program's own by default); the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal that lacks a character shows another one; it does not stop the report.
            stream.reconfigure(errors="replace")
    try:
        if given[:1] == ["monitor"]:
            return monitor_cli.run(given[1:])
        return _run(_parser().parse_args(given))
    except Cannot as problem:
        sys.stderr.write(f"keiko-verify: {problem}\n")
        return _CANNOT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="keiko-verify",
        description="Check a Keiko bundle: whether its records are unchanged, in the log, signed, "
        "and anchored in a public chain.",
        epilog="`keiko-verify monitor --help` tells how to follow a whole log. "
        "Exit status: 0 all passed, 1 something failed, 2 something could not be checked.",
    )
    parser.add_argument("bundle", metavar="BUNDLE", help="the bundle, a .keiko.json file")
    parser.add_argument(
        "--trust",
        metavar="FILE",
        help="the trust file; else $KEIKO_TRUST, ~/.config/keiko/trust.json, ./var/trust.json",
    )
    parser.add_argument(
        "--node",
        metavar="URL",
        action="append",
        default=[],
        help="ask this node of the chain instead of those in the trust file; may be repeated",
    )
    parser.add_argument("--offline", action="store_true", help="ask nobody; use no network")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--version", action="version", version=f"keiko-verify {_version()}")
    return parser


def _version() -> str:
    try:
        return metadata.version("keiko-verifier")
    except metadata.PackageNotFoundError:
        return "(from a copy of the source)"


def _run(chosen: argparse.Namespace) -> int:
    trust_file = find_trust(chosen.trust)
    trust = read_trust(trust_file) if trust_file else None
    try:
        bundle = parse(read_file(Path(chosen.bundle), "bundle"))
    except BundleError as error:
        _print_refused(error, as_document=chosen.json)
        return EXIT_STATUS[Outcome.FAILED]
    nodes = [] if chosen.offline else chosen.node or _trusted_nodes(trust, bundle)
    report = verify(
        bundle,
        trust=trust,
        chain=NodeReader([JsonRpc(url, timeout=10.0) for url in nodes]) if nodes else None,
        log=None if chosen.offline else HttpLogReader(),
        now=datetime.now(UTC),
    )
    render = as_json if chosen.json else as_text
    sys.stdout.write(render(bundle, report, trusted_from=str(trust_file) if trust_file else None))
    return EXIT_STATUS[report.outcome]


def _trusted_nodes(trust: Trust | None, bundle: Bundle) -> list[str]:
    log = trust.log(bundle.origin) if trust else None
    places = log.anchors if log else ()
    return list(dict.fromkeys(node for place in places for node in place.chain.nodes))


def _print_refused(error: BundleError, *, as_document: bool) -> None:
    if as_document:
        refused = {"path": error.path, "problem": error.problem, "advice": error.advice}
        document = {"outcome": Outcome.FAILED, "refused": refused, "checks": []}
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        return
    sys.stdout.write(
        f"✗ failed          This is no whole Keiko bundle. At {printable(str(error))}\n"
        f"What to do: {error.advice}\n\nResult: failed.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
