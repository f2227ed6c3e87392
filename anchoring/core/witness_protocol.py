"""The log's side of the C2SP tlog-witness protocol, without the network: what is asked, and how the
answers are read."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from anchoring.core.cosignatures import cosignatures, read_witness_key
from anchoring.core.errors import KeyNameError, NoteError

MOST_BYTES = 64 * 1024
# So far a witness's clock may be ahead of ours.
MOST_AHEAD = 300
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


class WitnessProblem(Exception):
    """A witness did not cosign; the message says why, for the operator."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness: the address below which it takes checkpoints, its name, and its vkey."""

    url: str
    name: str
    vkey: str


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A witness's line, verified, with its newline; and its time in seconds since 1970."""

    line: str
    moment: int


def parse_witnesses(items: Sequence[str]) -> tuple[Witness, ...]:
    """Witnesses, each written "address vkey". KeyNameError where one is malformed or comes twice."""
    found: list[Witness] = []
    seen: set[bytes] = set()
    for item in items:
        url, _, vkey = item.partition(" ")
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
            raise KeyNameError(f"{item!r}: write an http(s) address, a space, and a verifier key.")
        key = read_witness_key(vkey.strip())
        public = key.public.public_bytes_raw()
        if public in seen:
            raise KeyNameError(f"The witness {key.name} occurs twice.")
        seen.add(public)
        found.append(Witness(url.rstrip("/"), key.name, vkey.strip()))
    return tuple(found)


def request_body(*, old: int, proof: Sequence[bytes], note: str) -> bytes:
    """The body of `add-checkpoint`: the witness's last size, the proof from there, the checkpoint."""
    lines = [f"old {old}", *(base64.b64encode(each).decode() for each in proof), "", note]
    return "\n".join(lines).encode()


def read_size(body: bytes) -> int:
    """The size that the witness has cosigned last, from a 409. Raises WitnessProblem."""
    match = _SIZE.fullmatch(body)
    if not match:
        raise WitnessProblem("It answered 409 without the size that it has cosigned last.")
    return int(match[1])


def read_cosignature(body: bytes, *, note: str, vkey: str, now: float) -> Cosigned:
    """The witness's own line of a 200, verified. `note` has no cosignatures; `now` is in seconds
    since 1970. Raises WitnessProblem where there is none that holds."""
    try:
        answer = body.decode()
        key = read_witness_key(vkey)
        # All of the answer has to have the form of signature lines, also what is not looked at.
        moment = cosignatures(note + answer, [vkey]).get(vkey)
        if moment is None:
            raise WitnessProblem(f"Its answer holds no cosignature by {key.name} with this key.")
        for line in answer.splitlines(keepends=True):
            if cosignatures(note + line, [vkey]).get(vkey) == moment:
                break
    except (UnicodeDecodeError, NoteError) as error:
        raise WitnessProblem(f"Its answer is no cosignature of this checkpoint: {error}") from error
    if moment > now + MOST_AHEAD:
        raise WitnessProblem("Its cosignature is dated in the future: a clock is wrong.")
    return Cosigned(line, moment)
