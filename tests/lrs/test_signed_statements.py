"""Signed statements (Data 2.6): the signature is an attachment, a JWS whose payload is the statement."""

import base64
import datetime
import json

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from lrs.models import Attachment, Statement
from lrs.xapi.attachments import SIGNATURE
from tests.lrs.conftest import a_statement, client_of, new_id
from tests.lrs.multipart import attachment, json_part, part, post, read, sha256

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE_KEY = ec.generate_private_key(ec.SECP256R1())
OCTETS = "application/octet-stream"


def jws(payload, algorithm="RS256", key=KEY, **header):
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return jwt.PyJWS().encode(body, key, algorithm=algorithm, headers=header).encode()


def signed(statement, signature, **changes):
    """The statement with its signature among its attachments."""
    mark = attachment(signature, **({"usageType": SIGNATURE, "contentType": OCTETS} | changes))
    return statement | {"attachments": [*statement.get("attachments", []), mark]}


def send(xapi, statement, signature, *parts, **changes):
    return post(
        xapi,
        json_part(signed(statement, signature, **changes)),
        part(signature, Content_Type=changes.get("contentType", OCTETS)),
        *parts,
    )


def refused(response):
    assert response.status_code == 400, response.content
    assert not Statement.objects.exists()
    assert not Attachment.objects.exists()
    error = response.json()["error"]
    assert error["path"].startswith("/attachments/")
    return error


def certificate(subject, key, issuer, issuer_key):
    now = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    name = [
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, one)]) for one in (subject, issuer)
    ]
    built = (
        x509.CertificateBuilder()
        .subject_name(name[0])
        .issuer_name(name[1])
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=365))
        .sign(issuer_key, hashes.SHA256())
    )
    return base64.b64encode(built.public_bytes(Encoding.DER)).decode()


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
def test_a_signed_statement_is_stored_and_its_signature_given_back(issued, version, algorithm):
    xapi = client_of(issued, version)
    statement = a_statement(id=new_id())
    signature = jws(statement, algorithm)
    response = send(xapi, statement, signature)
    assert response.status_code == 200, response.content
    _, contents = read(xapi.get(statementId=statement["id"], attachments="true"))
    assert contents == {sha256(signature): (OCTETS, signature)}


def test_what_the_rules_of_comparison_leave_aside_may_differ_in_what_was_signed(xapi):
    statement = a_statement(
        id=new_id(),
        timestamp="2026-03-12T14:05:00.000Z",
        result={"duration": "PT60.001S"},
        context={"contextActivities": {"parent": {"id": "https://x.example/p"}}},
    )
    payload = statement | {
        "verb": {"id": statement["verb"]["id"]},
        "timestamp": "2026-03-12T15:05:00+01:00",
        "result": {"duration": "PT1M"},
        "context": {"contextActivities": {"parent": [{"id": "https://x.example/p"}]}},
        "attachments": [],
    }
    assert send(xapi, statement, jws(payload)).status_code == 200


def test_other_attachments_are_part_of_what_was_signed(xapi):
    essay = b"texto"
    statement = a_statement(attachments=[attachment(essay)])
    assert send(xapi, statement, jws(statement), part(essay)).status_code == 200
    without = {key: value for key, value in statement.items() if key != "attachments"}
    response = send(xapi, statement, jws(without), part(essay))
    assert response.status_code == 400


def test_a_signature_that_has_to_come_has_to_come_even_with_a_file_url(xapi):
    statement = a_statement()
    linked = signed(statement, jws(statement), fileUrl="https://x.example/signature")
    assert refused(xapi.post(linked))["path"] == "/attachments/0"
    assert "Data 2.6" in refused(post(xapi, json_part(linked)))["advice"]


def test_another_content_type_is_refused(xapi):
    statement = a_statement()
    error = refused(send(xapi, statement, jws(statement), contentType="text/plain"))
    assert error["path"] == "/attachments/0/contentType"


def test_a_signature_of_another_statement_is_refused(xapi):
    other = a_statement(verb={"id": "http://adlnet.gov/expapi/verbs/passed"})
    assert "not this statement" in refused(send(xapi, a_statement(), jws(other)))["message"]


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"{'actor': 1}", b"[]", b"null", b'{"actor": {}}', b"\xff"]
)
def test_a_payload_that_is_no_statement_is_refused(xapi, payload):
    refused(send(xapi, a_statement(), jws(payload)))


def test_another_algorithm_is_refused(xapi):
    statement = a_statement()
    for signature in (
        jws(statement, "HS256", "a secret that is long enough for it"),
        jws(statement, "ES256", CURVE_KEY),
        jws(statement, "PS256"),
        jws(statement, "none", None),
    ):
        assert "algorithm" in refused(send(xapi, statement, signature))["message"]


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        b"abc",
        b"a.b.c",
        b"....",
        b"\xff\xfe.\xff.\xff",
        b'{"payload": "", "signatures": []}',
        jws(a_statement()).rpartition(b".")[0],
        jws(a_statement()) + b".x",
        b"!" + jws(a_statement()),
    ],
)
def test_what_is_no_jws_is_refused(xapi, signature):
    refused(send(xapi, a_statement(), signature))


def test_extensions_that_must_be_understood_are_refused(xapi):
    statement = a_statement()
    refused(send(xapi, statement, jws(statement, crit=["exp"], exp=1)))


def test_the_first_certificate_of_x5c_has_to_have_made_the_signature(xapi):
    statement = a_statement()
    chain = [
        certificate("Ana", KEY, "Escuela", OTHER_KEY),
        certificate("Escuela", OTHER_KEY, "Escuela", OTHER_KEY),
    ]
    error = refused(send(xapi, statement, jws(statement, x5c=chain[::-1])))
    assert "each issued by the next" in error["message"]
    error = refused(send(xapi, statement, jws(statement, x5c=chain[1:])))
    assert "not made with the key" in error["message"]
    assert send(xapi, statement, jws(statement, x5c=chain)).status_code == 200
    assert send(xapi, statement, jws(statement, x5c=chain[:1])).status_code == 200


def test_a_changed_signature_is_found_by_its_certificate(xapi):
    statement = a_statement()
    whole = jws(statement, x5c=[certificate("Ana", KEY, "Ana", KEY)])
    head, _, last = whole.rpartition(b".")
    turned = head + b"." + bytes([65 if last[0] != 65 else 66]) + last[1:]
    refused(send(xapi, statement, turned))


@pytest.mark.parametrize(
    "x5c", [[], "text", [1], ["!!!"], ["AAAA"], None, {"a": 1}, ["AAAA"] * 100]
)
def test_an_x5c_that_is_no_chain_is_refused(xapi, x5c):
    statement = a_statement()
    refused(send(xapi, statement, jws(statement, x5c=x5c)))


def test_a_certificate_without_an_rsa_key_is_refused(xapi):
    statement = a_statement()
    chain = [certificate("Ana", CURVE_KEY, "Ana", CURVE_KEY)]
    assert "RSA" in refused(send(xapi, statement, jws(statement, x5c=chain)))["message"]


def test_each_of_several_signatures_is_checked(xapi):
    statement = a_statement()
    right, wrong = (
        jws(statement, "RS256"),
        jws(statement | {"actor": {"mbox": "mailto:x@y.example"}}),
    )
    both = signed(signed(statement, right), wrong)
    parts = [part(one, Content_Type=OCTETS) for one in (right, wrong)]
    assert refused(post(xapi, json_part(both), *parts))["path"].startswith("/attachments/1")
    second = jws(statement, "RS512")
    both = signed(signed(statement, right), second)
    parts = [part(one, Content_Type=OCTETS) for one in (right, second)]
    assert post(xapi, json_part(both), *parts).status_code == 200


def test_a_certificate_with_a_key_of_an_unknown_kind_is_refused(xapi):
    rsa_encryption = bytes.fromhex("06092a864886f70d010101")
    der = base64.b64decode(certificate("signer", KEY, "signer", KEY))
    assert der.count(rsa_encryption) == 1
    unknown = der.replace(rsa_encryption, rsa_encryption[:-1] + b"\x7f")
    statement = a_statement(id=new_id())
    refused(send(xapi, statement, jws(statement, x5c=[base64.b64encode(unknown).decode()])))
