"""Cases of verification that hang on the trust file: changed keys, and witnesses."""

import json
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from anchoring.core import notes
from anchoring.core.notes import KnownKey
from anchoring.core.trust import Trust, Witnesses, serialise_trust
from tests.anchoring.core import example
from tests.anchoring.core.cases import ALL_PASS, COULD_NOT, LATEST_URL, NOTE, Case, but, stops_at
from tests.anchoring.core.witnessing import cosignature, witness_key, witness_vkey
from tests.anchoring.core.world import latest_anchor

Document = dict[str, Any]

OLD, NEW = example.KEY, example.OTHER_KEY
OLD_VKEY, NEW_VKEY = example.VKEY, notes.verifier_key(example.ORIGIN, NEW.public_key())
FIRST, SECOND, THIRD = (f"witness.example/{name}" for name in ("w1", "w2", "w3"))


def _policy(**other: Any) -> Document:
    [log] = example.trust_policy().logs
    document: Document = json.loads(serialise_trust(Trust((replace(log, **other),))))
    return document


def _known_as_new(last_size: int | None) -> Document:
    return _policy(key=NEW_VKEY, other_keys=(KnownKey(OLD_VKEY, last_size),))


def _witnessed(required: int) -> Document:
    keys = tuple(map(witness_vkey, (FIRST, SECOND, THIRD)))
    return _policy(witnesses=Witnesses(required, keys))


POLICIES = {
    "new key only": _policy(key=NEW_VKEY),
    "both keys": _known_as_new(None),
    "old key retired at 260": _known_as_new(example.SIZE),
    "old key retired at 259": _known_as_new(example.SIZE - 1),
    "witnesses named": _witnessed(0),
    "1 of 3 witnesses": _witnessed(1),
    "2 of 3 witnesses": _witnessed(2),
}


def _signed(size: int, *keys: Ed25519PrivateKey) -> str:
    return notes.sign(example.LOG.checkpoint(size), *keys)


def _latest(note: str) -> Document:
    return {"log": {LATEST_URL: latest_anchor() | {"checkpoint": note}}}


def _bundle(note: str) -> list[tuple[list[str | int], Any]]:
    return [(["checkpoint"], note)]


def _cosigned(size: int, *names: str) -> str:
    note = _signed(size, OLD)
    return note + "".join(cosignature(note, name) for name in names)


BOTH = _signed(example.SIZE, OLD, NEW)
NEWEST_BY_NEW = _latest(_signed(example.NEWEST, NEW))
NEWEST_BY_FIRST = _latest(_cosigned(example.NEWEST, FIRST))
SPOILT = BOTH.rsplit("\n", 2)[0] + "\n" + _signed(1, NEW).rsplit("\n", 2)[1] + "\n"

KEY_CASES = [
    Case("signed by both keys, the old one known", ALL_PASS, set=_bundle(BOTH)),
    Case("signed by both keys, the new one known", ALL_PASS, set=_bundle(BOTH),
         trust="new key only", world=NEWEST_BY_NEW),
    Case("signed by both keys, both known", ALL_PASS, set=_bundle(BOTH), trust="both keys"),
    Case("signed by the old key, both known", ALL_PASS, trust="both keys"),
    Case("signed by the old key, the new one known", stops_at("checkpoint"), trust="new key only",
         says="was not signed with the known key"),
    Case("signed by the old key up to its last size", ALL_PASS, trust="old key retired at 260",
         world=NEWEST_BY_NEW),
    Case("signed by the old key beyond its last size", stops_at("checkpoint"),
         trust="old key retired at 259", says="only with a key of keiko.example that was retired"),
    Case("signed by both keys beyond the old one's last size", ALL_PASS, set=_bundle(BOTH),
         trust="old key retired at 259", world=NEWEST_BY_NEW),
    Case("the newest is signed by a retired key", but(consistency=COULD_NOT),
         trust="old key retired at 260"),
    Case("the newest is signed by a key that came later", but(consistency=COULD_NOT),
         world=NEWEST_BY_NEW),
    Case("signed by the old key, with a wrong signature by the new one", stops_at("checkpoint"),
         set=_bundle(SPOILT), trust="both keys", says="does not fit"),
    Case("with a wrong signature by a key that is not known", ALL_PASS, set=_bundle(SPOILT)),
]  # fmt: skip

WITNESS_CASES = [
    Case("witnesses are named, none is demanded", ALL_PASS, trust="witnesses named",
         says="Witnesses that cosigned it: 0 of 3."),
    Case("a witness is demanded, none cosigned", stops_at("checkpoint"), trust="1 of 3 witnesses",
         says="0 of 3 cosigned the checkpoint; it demands 1"),
    Case("a witness is demanded, one cosigned", ALL_PASS, trust="1 of 3 witnesses",
         set=_bundle(_cosigned(example.SIZE, SECOND)), world=NEWEST_BY_FIRST,
         says="Witnesses that cosigned it: 1 of 3 (witness.example/w2)."),
    Case("two are demanded, one cosigned", stops_at("checkpoint"), trust="2 of 3 witnesses",
         set=_bundle(_cosigned(example.SIZE, SECOND)), says="it demands 2"),
    Case("two are demanded, one cosigned twice", stops_at("checkpoint"), trust="2 of 3 witnesses",
         set=_bundle(_cosigned(example.SIZE, SECOND, SECOND)), says="it demands 2"),
    Case("two are demanded, three cosigned", but(consistency=COULD_NOT), trust="2 of 3 witnesses",
         set=_bundle(_cosigned(example.SIZE, FIRST, SECOND, THIRD)), world=NEWEST_BY_FIRST,
         says="The newest anchor: Of the witnesses that your trust file names, 1 of 3"),
    Case("cosigned by an unknown witness", stops_at("checkpoint"), trust="1 of 3 witnesses",
         set=_bundle(_cosigned(example.SIZE, "other.example"))),
    Case("cosigned for another tree", stops_at("checkpoint"), trust="1 of 3 witnesses",
         set=_bundle(NOTE + cosignature(_signed(example.NEWEST, OLD), FIRST)),
         says="does not fit"),
    Case("cosigned under a witness's name by another", stops_at("checkpoint"),
         trust="witnesses named",
         set=_bundle(NOTE + cosignature(NOTE, FIRST, key=witness_key(SECOND)))),
    Case("cosigned without a time", stops_at("checkpoint"), trust="witnesses named",
         set=_bundle(NOTE + cosignature(NOTE, FIRST, moment=0)), says="has no time"),
    Case("cosigned, where no witness is named", ALL_PASS,
         set=_bundle(_cosigned(example.SIZE, FIRST))),
]  # fmt: skip

POLICY_CASES = [*KEY_CASES, *WITNESS_CASES]
