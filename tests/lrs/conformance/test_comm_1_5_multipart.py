"""Communication 1.5.2 and Data 2.6: attachments and signatures by multipart/mixed; 2.0: 4.1.3 and 4.2.6."""

import pytest

from tests.lrs.conformance.table import requirement
from tests.lrs.conftest import a_statement, new_id
from tests.lrs.multipart import attachment, json_part, message, part, post, read, sha256
from tests.lrs.test_signed_statements import KEY, OTHER_KEY, certificate, jws, send, signed

WORDS = "Mi redacción".encode()


def essay(**changes):
    return a_statement(attachments=[attachment(WORDS, **changes)])


def refused(lrs, response):
    assert response.status_code == 400, response.content
    lrs.explains(response)
    assert lrs.ids() == []


@requirement(
    "Comm 1.5.2",
    "multipart/mixed has the statements first and a part for each attachment, and comes back so",
)
def test_there_and_back(lrs):
    [identity] = post(lrs, json_part(essay()), part(WORDS)).json()
    statement, contents = read(lrs.get(statementId=identity, attachments="true"))
    assert statement["id"] == identity
    assert contents == {sha256(WORDS): ("text/plain", WORDS)}
    result, contents = read(lrs.get(attachments="true"))
    assert [one["id"] for one in result["statements"]] == [identity]
    assert set(contents) == {sha256(WORDS)}


@requirement("Comm 1.5.2", "PUT takes multipart/mixed as POST does")
def test_put(lrs):
    one = new_id()
    response = lrs.do(
        "PUT",
        "statements",
        message(json_part(essay()), part(WORDS), boundary="x"),
        headers={"Content-Type": "multipart/mixed; boundary=x"},
        statementId=one,
    )
    assert response.status_code == 204, response.content
    assert read(lrs.get(statementId=one, attachments="true"))[1]


@requirement("Comm 2.1.3", "attachments=false, or none, gives application/json without contents")
def test_without_contents(lrs):
    [identity] = post(lrs, json_part(essay()), part(WORDS)).json()
    for parameters in ({}, {"attachments": "false"}):
        response = lrs.get(statementId=identity, **parameters)
        assert response["Content-Type"] == "application/json"
        assert response.json()["attachments"] == essay()["attachments"]


@requirement(
    "Comm 1.5.2",
    "multipart/mixed is fine for statements without attachments, and with linked ones alone",
)
def test_multipart_without_parts(lrs):
    assert post(lrs, json_part(a_statement())).status_code == 200
    assert post(lrs, json_part(essay(fileUrl="https://x.example/f"))).status_code == 200


@requirement("Comm 1.5.2", "The same content for several statements is sent once")
def test_shared_contents(lrs):
    assert post(lrs, json_part([essay(), essay()]), part(WORDS)).status_code == 200
    assert len(read(lrs.get(attachments="true"))[1]) == 1


@requirement(
    "Comm 1.5.2",
    "An attachment without a fileUrl has its content in the request, as application/json it cannot",
)
def test_contents_have_to_come(lrs):
    refused(lrs, lrs.post(essay()))
    refused(lrs, post(lrs, json_part(essay())))
    refused(
        lrs,
        post(
            lrs, json_part([essay(), a_statement(attachments=[attachment(b"other")])]), part(WORDS)
        ),
    )


@requirement(
    "Comm 1.5.2", "Contents and attachments are matched by their SHA-2 and by nothing else"
)
def test_matched_by_hash(lrs):
    refused(lrs, post(lrs, json_part(essay()), part(WORDS, X_Experience_API_Hash=sha256(b"x"))))
    refused(lrs, post(lrs, json_part(essay(sha2=sha256(b"x"))), part(WORDS)))
    refused(
        lrs,
        post(
            lrs,
            json_part(essay(sha2=sha256(b"x"))),
            part(WORDS, X_Experience_API_Hash=sha256(b"x")),
        ),
    )


@requirement("Comm 1.5.2", "A part that no attachment names is refused")
def test_excess_parts(lrs):
    refused(lrs, post(lrs, json_part(a_statement()), part(WORDS)))
    refused(lrs, post(lrs, json_part(essay()), part(WORDS), part(b"more")))


@requirement(
    "Comm 1.5.2",
    "Every part but the first has its hash in a header, and binary as its transfer encoding",
)
def test_headers_of_parts(lrs):
    refused(lrs, post(lrs, json_part(essay()), part(WORDS, X_Experience_API_Hash=None)))
    refused(lrs, post(lrs, json_part(essay()), part(WORDS, Content_Transfer_Encoding="base64")))


@requirement("Comm 1.5.2", "What a part's headers say is what the attachment says")
def test_headers_agree(lrs):
    refused(lrs, post(lrs, json_part(essay()), part(WORDS, Content_Type="image/png")))
    refused(lrs, post(lrs, json_part(essay()), part(WORDS, Content_Length="3")))


@requirement("Comm 1.5.2", "The first part is the statements, as application/json")
def test_first_part(lrs):
    refused(lrs, post(lrs, json_part(essay(), content_type="text/plain"), part(WORDS)))
    refused(lrs, post(lrs, part(WORDS), json_part(essay())))
    refused(lrs, post(lrs, json_part(b"{"), part(WORDS)))


@requirement(
    "Comm 1.5.2", "A body that is not the multipart message of RFC 2046 that it says is refused"
)
def test_malformed(lrs):
    whole = message(json_part(essay()), part(WORDS), boundary="x")
    kind = "multipart/mixed; boundary="
    for body, content_type in (
        (whole, "multipart/mixed"),
        (whole, f"{kind}y"),
        (whole, f"{kind}" + "y" * 100),
        (whole[:-30], f"{kind}x"),
        (b"", f"{kind}x"),
        (b"--x--\r\n", f"{kind}x"),
        (whole, "multipart/form-data; boundary=x"),
    ):
        refused(lrs, lrs.post(body, content_type=content_type))


@requirement(
    "Data 2.4.11",
    "The attachments of a substatement are sent and given back like the statement's own",
)
def test_substatements(lrs):
    inner = essay()
    sub = a_statement(object={"objectType": "SubStatement", **inner})
    assert post(lrs, json_part(sub), part(WORDS)).status_code == 200
    assert set(read(lrs.get(attachments="true"))[1]) == {sha256(WORDS)}


# --- Data 2.6: signed statements ------------------------------------------------------------------


@requirement(
    "Data 2.6", "A signature is a JWS with RS256, RS384 or RS512, with or without a certificate"
)
@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
def test_algorithms(lrs, algorithm):
    chain = {"x5c": [certificate("Ana", KEY, "Ana", KEY)]}
    for header in ({}, chain):
        statement = a_statement(id=new_id())
        response = send(lrs, statement, jws(statement, algorithm, **header))
        assert response.status_code == 200, response.content


@requirement("Data 2.6", "No other algorithm is accepted")
def test_other_algorithms(lrs):
    statement = a_statement(id=new_id())
    refused(lrs, send(lrs, statement, jws(statement, "HS256", key="x" * 32)))


@requirement("Data 2.6", "A signature is sent as application/octet-stream")
def test_content_type(lrs):
    statement = a_statement(id=new_id())
    refused(lrs, send(lrs, statement, jws(statement), contentType="text/plain"))


@requirement("Data 2.6", "The content of a signature comes in the request, even with a fileUrl")
def test_signature_comes(lrs):
    statement = a_statement(id=new_id())
    refused(lrs, lrs.post(signed(statement, jws(statement))))
    refused(lrs, lrs.post(signed(statement, jws(statement), fileUrl="https://x.example/s")))


@requirement("Data 2.6", "What was signed is the statement, by the rules of comparison")
def test_payloads(lrs):
    statement = a_statement(id=new_id())
    for other in (
        statement | {"verb": {"id": "http://x.example/v"}},
        {},
        [],
        b"x",
        a_statement(result={"success": True}),
    ):
        refused(lrs, send(lrs, statement, jws(other)))
    again = statement | {"timestamp": "2026-03-12T14:05:00Z"}
    assert send(lrs, again, jws(statement)).status_code == 200


@requirement("Data 2.6", "A signature that is no JWS is refused")
def test_no_jws(lrs):
    for text in (b"", b"x", b"a.b.c", b"{}", b"a.b"):
        refused(lrs, send(lrs, a_statement(id=new_id()), text))


@requirement("Data 2.6", "Where a certificate comes along, its key made the signature")
def test_certificates(lrs):
    statement = a_statement(id=new_id())
    refused(
        lrs,
        send(lrs, statement, jws(statement, x5c=[certificate("Eva", OTHER_KEY, "Eva", OTHER_KEY)])),
    )
    refused(lrs, send(lrs, statement, jws(statement, x5c=["not a certificate"])))


@requirement(
    "Data 4.6",
    "What a signed statement says of a duration below a hundredth of a second does not count",
)
def test_durations(lrs):
    statement = a_statement(id=new_id(), result={"duration": "PT1.129S"})
    sent = statement | {"result": {"duration": "PT1.12S"}}
    assert send(lrs, sent, jws(statement)).status_code == 200
