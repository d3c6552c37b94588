"""The template that accepts only tokens made out to itself."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import jwt
import pytest
from conftest import http_session, running, text_of
from cryptography.hazmat.primitives.asymmetric import ec
from fakes import FakeAuthorizationServer, fake_authorization_server

pytestmark = pytest.mark.anyio

ISSUER = "https://auth.test.example"
ORIGIN = "https://app.test.example"
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
ACCEPT = {"accept": "application/json, text/event-stream"}


@dataclass
class Server:
    url: str
    fake: FakeAuthorizationServer

    @property
    def mcp(self) -> str:
        return f"{self.url}/mcp"

    def claims(self, **changes: object) -> dict:
        claims = {"iss": ISSUER, "aud": self.mcp, "sub": "alice", "scope": "mcp:tools", "exp": time.time() + 300}
        claims.update(changes)
        return {name: value for name, value in claims.items() if value is not None}

    def post(self, token: str | None, **headers: str) -> httpx.Response:
        bearer = {"authorization": f"Bearer {token}"} if token else {}
        return httpx.post(self.mcp, json=LIST, headers={**ACCEPT, **bearer, **headers})


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with fake_authorization_server() as fake:
        env = {"OAUTH_ISSUER": ISSUER, "OAUTH_JWKS_URL": f"{fake.url}/jwks.json", "ALLOWED_ORIGINS": ORIGIN}
        with running("template-audience", **env) as url:
            yield Server(url, fake)


async def test_accepts_a_token_made_out_to_it(server: Server) -> None:
    token = server.fake.sign(server.claims())
    async with http_session(server.mcp, authorization=f"Bearer {token}") as session:
        assert (await session.initialize()).serverInfo.name == "template-audience"
        assert [tool.name for tool in (await session.list_tools()).tools] == ["whoami", "roll_dice"]
        assert text_of(await session.call_tool("whoami", {})) == "alice"


def test_accepts_one_audience_among_several(server: Server) -> None:
    assert server.post(server.fake.sign(server.claims(aud=["https://other.example", server.mcp]))).status_code == 200


def test_without_a_token_it_says_where_the_metadata_is(server: Server) -> None:
    answer = server.post(None)
    assert answer.status_code == 401
    challenge = answer.headers["www-authenticate"]
    metadata_url = re.search(r'^Bearer .*resource_metadata="([^"]+)"', challenge).group(1)
    assert metadata_url == f"{server.url}/.well-known/oauth-protected-resource/mcp"
    metadata = httpx.get(metadata_url).json()
    assert metadata["resource"] == server.mcp
    assert metadata["authorization_servers"] == [ISSUER]


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://other.example/mcp"},
        {"aud": None},
        {"aud": []},
        {"iss": "https://other.example"},
        {"iss": None},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
        {"nbf": 99999999999},
    ],
    ids=str,
)
def test_refuses_a_token_with_other_claims(server: Server, changes: dict) -> None:
    answer = server.post(server.fake.sign(server.claims(**changes)))
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_refuses_a_prefix_of_its_audience(server: Server) -> None:
    assert server.post(server.fake.sign(server.claims(aud=server.url))).status_code == 401
    assert server.post(server.fake.sign(server.claims(aud=f"{server.mcp}/more"))).status_code == 401


def test_refuses_a_token_of_another_key(server: Server) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    assert server.post(server.fake.sign(server.claims(), key=other)).status_code == 401


def test_refuses_a_symmetric_signature(server: Server) -> None:
    token = server.fake.sign(server.claims(), key="chosen by the test, 32 bytes long", algorithm="HS256")
    assert server.post(token).status_code == 401


def test_refuses_an_unsigned_token(server: Server) -> None:
    assert server.post(jwt.encode(server.claims(), None, algorithm="none")).status_code == 401


def test_refuses_text_that_is_no_token(server: Server) -> None:
    for text in ("x", "a.b.c", "..", "a" * 5000):
        assert server.post(text).status_code == 401


def test_ignores_a_token_in_the_query(server: Server) -> None:
    token = server.fake.sign(server.claims())
    answer = httpx.post(server.mcp, params={"access_token": token}, json=LIST, headers=ACCEPT)
    assert answer.status_code == 401


def test_refuses_a_token_without_the_scope(server: Server) -> None:
    answer = server.post(server.fake.sign(server.claims(scope="mcp:other")))
    assert answer.status_code == 403
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]


def test_refuses_other_origins(server: Server) -> None:
    token = server.fake.sign(server.claims())
    for origin in ("https://attacker.example", "null", f"{ORIGIN}.attacker.example", server.url):
        assert server.post(token, origin=origin).status_code == 403
    assert server.post(token, origin=ORIGIN).status_code == 200


def test_refuses_other_host_names(server: Server) -> None:
    token = server.fake.sign(server.claims())
    assert server.post(token, host="attacker.example").status_code == 403


def test_answers_no_other_method(server: Server) -> None:
    token = server.fake.sign(server.claims())
    answer = httpx.get(server.mcp, headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


def test_says_nothing_of_itself_when_the_body_is_broken(server: Server) -> None:
    token = server.fake.sign(server.claims())
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    answer = httpx.post(server.mcp, content="{", headers=headers)
    assert answer.status_code == 400
    assert "node_modules" not in answer.text
