"""Notes, keys, proofs and paths in another form than their one, by name. Each must be refused."""

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from anchoring.core import notes
from anchoring.core.notes import Checkpoint
from anchoring.core.tlog_proof import TlogProof, serialise_tlog_proof
from anchoring.core.tree import inclusion_proof
from tests.anchoring.core.example import KEY, LOG, ORIGIN, SIZE, VKEY


def signed(text: str, key: Ed25519PrivateKey = KEY, name: str = ORIGIN) -> str:
    """Any text, signed as a note."""
    key_id = bytes.fromhex(notes.verifier_key(name, key.public_key()).split("+")[1])
    signature = base64.b64encode(key_id + key.sign(text.encode())).decode()
    return f"{text}\n— {name} {signature}\n"


NOTE = notes.sign(Checkpoint(ORIGIN, 260, b"\7" * 32), KEY)
ROOT = base64.b64encode(b"\7" * 32).decode()
TEXT, SIGNATURE = NOTE.split("\n\n")
_HEAD, _, _SIGNED = SIGNATURE.rstrip("\n").rpartition(" ")
_ZERO_ROOT = base64.b64encode(bytes(32)).decode()

# Signed by the right key, and yet no checkpoint.
SIGNED_TEXTS = {
    "size: leading zero": f"{ORIGIN}\n0260\n{ROOT}\n",
    "size: plus sign": f"{ORIGIN}\n+260\n{ROOT}\n",
    "size: minus sign": f"{ORIGIN}\n-1\n{ROOT}\n",
    "size: space before": f"{ORIGIN}\n 260\n{ROOT}\n",
    "size: space after": f"{ORIGIN}\n260 \n{ROOT}\n",
    "size: other digits": f"{ORIGIN}\n٢٦٠\n{ROOT}\n",
    "size: fraction": f"{ORIGIN}\n260.0\n{ROOT}\n",
    "size: exponent": f"{ORIGIN}\n26e1\n{ROOT}\n",
    "size: hexadecimal": f"{ORIGIN}\n0x104\n{ROOT}\n",
    "size: 2^64": f"{ORIGIN}\n18446744073709551616\n{ROOT}\n",
    "size: empty": f"{ORIGIN}\n\n{ROOT}\n",
    "size: zero, but the root of something": f"{ORIGIN}\n0\n{_ZERO_ROOT}\n",
    "root: no padding": f"{ORIGIN}\n260\n{ROOT[:-1]}\n",
    "root: space after": f"{ORIGIN}\n260\n{ROOT} \n",
    "root: three bytes": f"{ORIGIN}\n260\nAAAA\n",
    "root: bits left over": f"{ORIGIN}\n260\n{ROOT[:-2]}d=\n",
    "root: hexadecimal": f"{ORIGIN}\n260\n{'07' * 32}\n",
    "root: empty": f"{ORIGIN}\n260\n\n",
    "root: missing": f"{ORIGIN}\n260\n",
    "origin: empty": f"\n260\n{ROOT}\n",
    "origin: space": f"keiko example\n260\n{ROOT}\n",
    "origin: plus": f"keiko+example\n260\n{ROOT}\n",
    "origin: another": f"other.example\n260\n{ROOT}\n",
    "origin: byte order mark": f"\ufeff{ORIGIN}\n260\n{ROOT}\n",
    "lines: an extension": f"{ORIGIN}\n260\n{ROOT}\nextension\n",
    "lines: one that looks like a signature": f"{ORIGIN}\n260\n{ROOT}\n{SIGNATURE}",
    "lines: the second looks like a signature": f"{ORIGIN}\n{SIGNATURE}{ROOT}\n",
    "lines: carriage returns": f"{ORIGIN}\r\n260\r\n{ROOT}\r\n",
    "lines: blank at the end": f"{ORIGIN}\n260\n{ROOT}\n\n",
    "lines: blank at the beginning": f"\n{ORIGIN}\n260\n{ROOT}\n",
    "lines: in another order": f"260\n{ORIGIN}\n{ROOT}\n",
}

NOTES = {
    **{name: signed(text) for name, text in SIGNED_TEXTS.items()},
    "empty": "",
    "two line ends": "\n\n",
    "no signature": TEXT,
    "no signature after the blank line": TEXT + "\n\n",
    "no blank line": TEXT + "\n" + SIGNATURE,
    "no line end": NOTE.rstrip("\n"),
    "a line end more": NOTE + "\n",
    "a hyphen for the dash": NOTE.replace("—", "-"),
    "two spaces after the dash": NOTE.replace("— ", "—  "),
    "a signature of a name alone": NOTE + "— x\n",
    "a signature of three bytes": NOTE + "— x AAAA\n",
    "a signature by no name": NOTE + "— a+b AAAAAAAA\n",
    "a signature that is not base64": NOTE.replace(_SIGNED, "?" * len(_SIGNED)),
    "a signature without padding": NOTE.replace("=\n", "\n").replace("\n\n", "=\n\n"),
    "a signature one byte short": f"{TEXT}\n\n{_HEAD} {_SIGNED[:-4]}\n",
    "a signature one byte long": f"{TEXT}\n\n{_HEAD} {_SIGNED[:-1]}AAA\n",
    "the key's number changed": f"{TEXT}\n\n{_HEAD} B{_SIGNED[1:]}\n",
    "the signer's name changed": NOTE.replace("— keiko", "— other"),
    "text after the signature": NOTE + "trailing",
    "two blank lines": NOTE.replace("\n\n", "\n\n\n"),
    "a hundred signatures": NOTE + "— witness.example AAAAAAAA\n" * 100,
    "a control character": NOTE.replace("260", "2\t60"),
    "a text signed twice": NOTE + "\n" + SIGNATURE,
    "another size": NOTE.replace("260", "261"),
    "another root": NOTE.replace(ROOT, _ZERO_ROOT),
}

_NUMBER, _KEY = VKEY.split("+", 2)[1:]
VERIFIER_KEYS = {
    "empty": "",
    "name alone": ORIGIN,
    "a letter less of the name": VKEY[1:],
    "another name": VKEY.replace("keiko", "other"),
    "an empty name": f"+{_NUMBER}+{_KEY}",
    "a name with a space": VKEY.replace("keiko.", "keiko "),
    "another number": f"{ORIGIN}+00000000+{_KEY}",
    "a number in capitals": f"{ORIGIN}+{_NUMBER.upper()}+{_KEY}",
    "a number of seven digits": f"{ORIGIN}+{_NUMBER[:-1]}+{_KEY}",
    "a key cut short": VKEY[:-4],
    "a key of one byte": f"{ORIGIN}+{_NUMBER}+AA==",
    "a key with padding too much": VKEY + "=",
    "a key of another algorithm": f"{ORIGIN}+{_NUMBER}+Ag{_KEY[2:]}",
    "a key that is not base64": f"{ORIGIN}+{_NUMBER}+{'?' * 44}",
    "spaces for plus": VKEY.replace("+", " "),
    "a line end": VKEY + "\n",
}

TLOG_PROOF = serialise_tlog_proof(
    TlogProof(17, tuple(inclusion_proof(17, SIZE, LOG.get)), notes.sign(LOG.checkpoint(SIZE), KEY))
)
_HASH = TLOG_PROOF.split("\n")[2]
TLOG_PROOFS = {
    "empty": "",
    "a checkpoint alone": NOTE,
    "another version": TLOG_PROOF.replace("@v1", "@v2"),
    "a line before": "\n" + TLOG_PROOF,
    "index: missing": TLOG_PROOF.replace("index 17\n", ""),
    "index: leading zero": TLOG_PROOF.replace("index 17", "index 017"),
    "index: negative": TLOG_PROOF.replace("index 17", "index -1"),
    "index: fraction": TLOG_PROOF.replace("index 17", "index 17.0"),
    "index: 2^64": TLOG_PROOF.replace("index 17", "index 18446744073709551616"),
    "index: twice": TLOG_PROOF.replace("index 17\n", "index 17\nindex 17\n"),
    "index: two spaces": TLOG_PROOF.replace("index 17", "index  17"),
    "extra: after the index": TLOG_PROOF.replace("index 17\n", "index 17\nextra AAAA\n"),
    "extra: not base64": TLOG_PROOF.replace("index 17", "extra ?\nindex 17"),
    "hash: three bytes": TLOG_PROOF.replace("index 17\n", "index 17\nAAAA\n"),
    "hash: not base64": TLOG_PROOF.replace("index 17\n", "index 17\n?\n"),
    "hash: no padding": TLOG_PROOF.replace(_HASH, _HASH.rstrip("=")),
    "hash: space after": TLOG_PROOF.replace(_HASH, _HASH + " "),
    "hash: more than 64 of them": TLOG_PROOF.replace(
        "index 17\n", "index 17\n" + f"{_HASH}\n" * 64
    ),
    "no blank line": TLOG_PROOF.replace("\n\n", "\n", 1),
    "carriage returns": TLOG_PROOF.replace("\n", "\r\n"),
    "cut": TLOG_PROOF[:100],
    "no checkpoint": TLOG_PROOF.partition("\n\n")[0] + "\n\n",
    "something else than a checkpoint": TLOG_PROOF.partition("\n\n")[0] + "\n\nhello\n",
}

TILE_PATHS = {
    path: path
    for path in (
        "", "0", "0/", "0/0", "0/00", "00/000", "64/000", "0/1000", "0/x000/001", "0/x000/x001/000",
        "0/000.p/0", "0/000.p/256", "0/000.p/01", "0/000.p/", "-1/000", "0/000/", "/0/000", "0/ 00",
        "0/000\n", "0/٠٠٠", "0/../000", "0/x99/999", "0/" + "x999/" * 20 + "999", "0/000.P/1", "0/000.p/1.0",
        "entries/000", "0/000.p/1/", "0//000", "0/000 ", "0x0/000",
    )
}  # fmt: skip

JSON_TEXTS = {
    "empty": "",
    "white space": " ",
    "a byte order mark": "\ufeff{}",
    "a no-break space": "{}\u00a0",
    "a form feed": "{\f}",
    "a comma at the end of a list": "[1,]",
    "a comma at the end of an object": '{"a":1,}',
    "no comma": "[1 2]",
    "no colon": '{"a" 1}',
    "a name that is no text": "{a:1}",
    "single quotes": "'a'",
    "a comment": "[1/**/]",
    "a text that does not end": '"abc',
    "a text with a line end": '"a\nb"',
    "a text with a tab": '"a\tb"',
    "an escape that is none": '"\\x41"',
    "an escape of three digits": '"\\u12g4"',
    "a number with a leading zero": "01",
    "a number with a plus": "+1",
    "a number that begins with a point": ".5",
    "a number that ends with a point": "1.",
    "a number without an exponent": "1e",
    "a hexadecimal number": "0x10",
    "minus alone": "-",
    "NaN": "NaN",
    "Infinity": "-Infinity",
    "a word cut short": "tru",
    "a word in capitals": "True",
    "two values": "1 2",
    "a bracket too much": "[]]",
    "a bracket that is not closed": "[[]",
    "the wrong bracket": "[}",
    "a name twice": '{"a":1,"a":1}',
    "a name twice, once escaped": '{"a":1,"\\u0061":1}',
    "a name twice, deep inside": '[[{"b":{"a":1,"a":1}}]]',
    "nested too deeply": "[" * 5000 + "]" * 5000,
}

TEXTS = {
    "checkpoint": NOTES,
    "verifier_key": VERIFIER_KEYS,
    "tlog_proof": TLOG_PROOFS,
    "tile_path": TILE_PATHS,
    "json": JSON_TEXTS,
}
