"""The vulnerable examples run, and are as vulnerable as they claim: a test object without its flaws tests nothing."""

from collections.abc import Iterator

import httpx
import pytest
from conftest import http_session, running, text_of
from fakes import FakeAuthorizationServer, fake_authorization_server

pytestmark = pytest.mark.anyio

TOOLS = {
    "vulnerable-typescript": ["list_repositories", "check_host"],
    "vulnerable-python": ["list_repositories", "check_host", "whoami"],
}


@pytest.fixture(scope="module", params=TOOLS)
def example(request: pytest.FixtureRequest) -> Iterator[tuple[str, str, FakeAuthorizationServer]]:
    with fake_authorization_server() as fake, running(request.param, API_URL=fake.url) as url:
        yield request.param, url, fake


async def test_initializes_and_lists_its_tools(example) -> None:
    name, url, _ = example
    async with http_session(f"{url}/mcp") as session:
        assert (await session.initialize()).serverInfo.name == name
        assert [tool.name for tool in (await session.list_tools()).tools] == TOOLS[name]


async def test_runs_a_command_from_an_argument(example) -> None:
    _, url, _ = example
    async with http_session(f"{url}/mcp") as session:
        await session.initialize()
        result = await session.call_tool("check_host", {"host": "localhost; echo injected-$((40 + 2))"})
        assert "injected-42" in text_of(result)


async def test_passes_the_callers_token_on(example) -> None:
    _, url, fake = example
    async with http_session(f"{url}/mcp", authorization="Bearer of-the-caller") as session:
        await session.initialize()
        await session.call_tool("list_repositories", {})
    assert ("/repositories", "Bearer of-the-caller", {}) in fake.received


def test_sends_the_code_to_any_address(example) -> None:
    _, url, _ = example
    answer = httpx.get(f"{url}/callback", params={"redirect_uri": "https://attacker.example/", "code": "c"})
    assert answer.headers["location"] == "https://attacker.example/?code=c"


def test_gives_every_client_the_same_id(example) -> None:
    _, url, _ = example
    bodies = [{"redirect_uris": [f"https://{name}.example/"]} for name in ("one", "two")]
    ids = {httpx.post(f"{url}/register", json=body).json()["client_id"] for body in bodies}
    assert ids == {"vulnerable-example"}


def test_authorizes_without_consent(example) -> None:
    _, url, _ = example
    answer = httpx.get(f"{url}/authorize", params={"redirect_uri": "https://attacker.example/"})
    assert answer.headers["location"].startswith("https://login.example.com/authorize?client_id=vulnerable-example")


async def test_takes_a_session_id_for_a_login() -> None:
    with running("vulnerable-python") as url:
        session_id = httpx.post(f"{url}/login", json={"user": "alice"}).json()["session_id"]
        async with http_session(f"{url}/mcp", **{"x-session-id": session_id}) as session:
            await session.initialize()
            assert text_of(await session.call_tool("whoami", {})) == "alice"
