"""An OpenID Connect issuer for tests: a real HTTP server with RSA keys of its own, which it rotates.

It stands for what Keycloak, Entra or Moodle's own OAuth plugin are to us: somebody who signs tokens and publishes keys.
"""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

AUDIENCE = "https://lrs.escuela.example"


class OidcIssuer:
    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"
        self.jwks_url = f"{self.url}/jwks"
        self.keys = {}
        self.asked = 0
        self.answer = None  # (status, headers, body) in place of all
        self.published = None  # in place of the keys
        self.document = {}  # of discovery
        self.rotate()

    def rotate(self):
        """A new key; the old ones are published no longer."""
        self.kid = f"key-{len(self.keys) + 1}-{time.monotonic_ns()}"
        self.keys = {self.kid: rsa.generate_private_key(public_exponent=65537, key_size=2048)}

    @property
    def key(self):
        return self.keys[self.kid]

    def jwks(self):
        return {
            "keys": [
                {
                    **RSAAlgorithm.to_jwk(key.public_key(), as_dict=True),
                    "kid": kid,
                    "use": "sig",
                    "alg": "RS256",
                }
                for kid, key in self.keys.items()
            ]
        }

    def told(self, path):
        """What is at the path: the keys, or the discovery document."""
        if path == "/.well-known/openid-configuration":
            return json.dumps(self.document).encode()
        return json.dumps(self.jwks() if self.published is None else self.published).encode()

    def claims(self, **changes):
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "ana-7",
            "azp": "moodle",
            "iat": now,
            "exp": now + 300,
            "scope": "openid statements/write statements/read",
        } | changes
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, headers=None, **changes):
        return jwt.encode(
            self.claims(**changes), self.key, "RS256", {"kid": self.kid, **(headers or {})}
        )


@contextmanager
def running_issuer():
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            issuer.asked += 1
            status, headers, body = issuer.answer or (200, {}, issuer.told(self.path))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = OidcIssuer(server.server_port)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
