"""Signed statements (Data 2.6; IEEE 9274.1.1 4.2.6): a JWS whose payload is the statement before it was signed.

This finds mistakes, as the specification asks of an LRS. It says nothing about who signed: no root is trusted here.
"""

import base64
import binascii
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import jwt
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from lrs.xapi import jsontext, statements
from lrs.xapi.attachments import SIGNATURE
from lrs.xapi.equivalence import equivalent
from lrs.xapi.errors import XapiError

ALGORITHMS = ("RS256", "RS384", "RS512")
CONTENT_TYPE = "application/octet-stream"
_MOST_CERTIFICATES = 20
_JWS = jwt.PyJWS(algorithms=ALGORITHMS)
_ADVICE = "Sign the statement's JSON as a JWS in compact serialization, with RS256, RS384 or RS512."


def check_signature(
    statement: Mapping[str, Any], *, content_type: str, jws: bytes, version: str
) -> None:
    """Whether `jws` signs the statement (a valid one of the version, with its signature among its attachments).

    Checked: content type, form, algorithm, that the payload is the same statement by the rules of comparison, and, when
    the header has x5c, that the first certificate's key made the signature and each certificate is issued by the next.
    Raises XapiError, whose path starts at the attachment.
    """
    if content_type.strip().lower() != CONTENT_TYPE:
        raise XapiError(
            f"A signature has the contentType {CONTENT_TYPE}.", path="/contentType", advice=_ADVICE
        )
    header, payload = _opened(jws)
    signed = _signed_statement(payload, version)
    if not equivalent(_unsigned(signed), _unsigned(statement)):
        raise XapiError(
            "What was signed is not this statement.",
            advice="Sign the statement as it is sent, without its signature (Data 2.6).",
        )
    if "x5c" in header:
        _verify(jws, _certificates(header["x5c"]))


def _opened(jws: bytes) -> tuple[Mapping[str, Any], bytes]:
    """Header and payload, the signature not yet verified."""
    try:
        opened = _JWS.decode_complete(jws, options={"verify_signature": False})
    except jwt.exceptions.InvalidTokenError as error:
        message = f"The signature is not a JWS in compact serialization: {error}."
        raise XapiError(message, advice=_ADVICE) from None
    header: Mapping[str, Any] = opened["header"]
    if header.get("alg") not in ALGORITHMS:
        message = f"The signature's algorithm is {str(header.get('alg'))[:40]!r}."
        raise XapiError(message, advice=_ADVICE)
    if "crit" in header:
        raise XapiError("The signature's header needs extensions (crit) that are not known here.")
    return header, opened["payload"]


def _signed_statement(payload: bytes, version: str) -> dict[str, Any]:
    try:
        signed: dict[str, Any] = jsontext.loads(payload)
        statements.validate(signed, version)
    except XapiError as error:
        message = f"What was signed is not a statement: {error.message}"
        raise XapiError(message, advice=error.advice or _ADVICE) from None
    return signed


def _unsigned(statement: Mapping[str, Any]) -> dict[str, Any]:
    """The statement without signatures; an empty array of attachments is none."""
    attachments = [one for one in statement.get("attachments", ()) if one["usageType"] != SIGNATURE]
    rest = {key: value for key, value in statement.items() if key != "attachments"}
    return {**rest, "attachments": attachments} if attachments else rest


def _certificates(x5c: Any) -> list[x509.Certificate]:
    """The chain of the header (RFC 7515 section 4.1.6), the signer's certificate first."""
    if not (isinstance(x5c, list) and 0 < len(x5c) <= _MOST_CERTIFICATES):
        raise XapiError("The signature's x5c is not an array of certificates.", advice=_ADVICE)
    try:
        return [
            x509.load_der_x509_certificate(base64.b64decode(text, validate=True)) for text in x5c
        ]
    except (TypeError, ValueError, binascii.Error):
        message = "The signature's x5c holds something else than certificates (DER in base64)."
        raise XapiError(message, advice=_ADVICE) from None


def _verify(jws: bytes, chain: list[x509.Certificate]) -> None:
    try:
        key = chain[0].public_key()
        for certificate, issuer in pairwise(chain):
            certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        message = "The certificates in x5c are not each issued by the next."
        raise XapiError(message, advice="Send the chain in order.") from None
    if not isinstance(key, RSAPublicKey):
        message = "The first certificate in x5c has no RSA key."
        raise XapiError(message, advice=_ADVICE)
    try:
        _JWS.decode_complete(jws, key=key, algorithms=list(ALGORITHMS))
    except jwt.exceptions.PyJWTError:
        message = "The signature was not made with the key of the first certificate in x5c."
        raise XapiError(message, advice="Send the signer's certificate first.") from None
