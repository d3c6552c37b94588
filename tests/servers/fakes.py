"""Fakes of the services that the examples talk to. They listen on the loopback address and note what they were sent."""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec


class FakeAuthorizationServer:
    """Signs tokens with a key made for the test, publishes the public half, and plays the upstream OAuth service."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.jwks = {"keys": [{**jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True), "kid": "test"}]}
        # Everything that arrived: path, Authorization header, form.
        self.received: list[tuple[str, str | None, dict[str, str]]] = []
        self._challenges: dict[str, str] = {}
        self.issued: list[str] = []

    def sign(self, claims: dict, key=None, algorithm: str = "ES256") -> str:
        return jwt.encode(claims, key or self.key, algorithm=algorithm, headers={"kid": "test"})

    def log_in(self, challenge: str) -> str:
        """What a user's visit to the authorization endpoint would end in: a code."""
        code = secrets.token_urlsafe(8)
        self._challenges[code] = challenge
        return code

    def exchange(self, form: dict[str, str]) -> dict[str, str] | None:
        challenge = self._challenges.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if challenge != base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
            return None
        token = f"upstream-{secrets.token_urlsafe(8)}"
        self.issued.append(token)
        return {"access_token": token, "token_type": "Bearer"}


@contextmanager
def fake_authorization_server() -> Iterator[FakeAuthorizationServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            fake.received.append((path, self.headers.get("Authorization"), {}))
            if path == "/jwks.json":
                self.answer(200, fake.jwks)
            else:
                self.answer(200, {"name": "Test User"})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            fake.received.append((self.path, self.headers.get("Authorization"), form))
            tokens = fake.exchange(form)
            self.answer(*((200, tokens) if tokens else (400, {"error": "invalid_grant"})))

        def answer(self, status: int, body: dict) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake = FakeAuthorizationServer(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
