"""The OAuth proxy template: consent for each client, exact addresses, states and codes for one use, tokens kept apart."""

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from conftest import http_session, running, text_of
from fakes import FakeAuthorizationServer, fake_authorization_server

pytestmark = pytest.mark.anyio

CLIENT_URI = "http://127.0.0.1:7777/callback"
VERIFIER = "a-verifier-of-the-test-that-is-long-enough-for-rfc-7636"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Proxy:
    url: str
    fake: FakeAuthorizationServer

    def register(self, name: str = "Test Client", *uris: str) -> str:
        body = {"client_name": name, "redirect_uris": list(uris) or [CLIENT_URI]}
        answer = httpx.post(f"{self.url}/register", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["client_id"]

    def authorize(self, client_id: str, cookies: dict[str, str] | None = None, **changes: str | None) -> httpx.Response:
        query = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": CLIENT_URI,
            "state": "of-the-client",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "resource": f"{self.url}/mcp",
            **changes,
        }
        query = {name: value for name, value in query.items() if value is not None}
        return httpx.get(f"{self.url}/authorize", params=query, headers=cookie_header(cookies or {}))

    def answer(
        self, page: httpx.Response, decision: str, *, cookies: dict[str, str] | None = None, origin: str | None = None
    ) -> httpx.Response:
        key = re.search(r'name="request" value="([^"]+)"', page.text).group(1)
        headers = cookie_header(cookies_of(page) if cookies is None else cookies)
        headers["origin"] = self.url if origin is None else origin
        return httpx.post(f"{self.url}/consent", data={"request": key, "decision": decision}, headers=headers)

    def come_back(self, to_upstream: httpx.Response, cookies: dict[str, str] | None = None, **more: str) -> httpx.Response:
        query = query_of(to_upstream)
        code = self.fake.log_in(query["code_challenge"])
        headers = cookie_header(cookies_of(to_upstream) if cookies is None else cookies)
        params = {"code": code, "state": query["state"], **more}
        return httpx.get(f"{self.url}/callback", params=params, headers=headers)

    def code_for(self, client_id: str) -> str:
        to_upstream = self.answer(self.authorize(client_id), "allow")
        return query_of(self.come_back(to_upstream))["code"]

    def exchange(self, client_id: str, code: str, /, **changes: str) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "client_id": client_id,
            "code": code,
            "redirect_uri": CLIENT_URI,
            "code_verifier": VERIFIER,
            **changes,
        }
        return httpx.post(f"{self.url}/token", data=form)


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    with fake_authorization_server() as fake:
        env = {
            "UPSTREAM_ISSUER": fake.url,
            "UPSTREAM_AUTHORIZE_URL": f"{fake.url}/authorize",
            "UPSTREAM_TOKEN_URL": f"{fake.url}/token",
            "UPSTREAM_API_URL": fake.url,
            "UPSTREAM_CLIENT_ID": "the-proxy",
            "UPSTREAM_CLIENT_SECRET": "made-up-for-the-test",
        }
        with running("template-oauth-proxy", **env) as url:
            yield Proxy(url, fake)


def cookie_header(cookies: dict[str, str]) -> dict[str, str]:
    """Cookies by hand: the client would hold back secure ones over the plain http of the test."""
    return {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else {}


def cookies_of(response: httpx.Response) -> dict[str, str]:
    pairs = [header.split(";")[0].split("=", 1) for header in response.headers.get_list("set-cookie")]
    return {name: value for name, value in pairs if value not in ("", '""')}


def query_of(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 303, response.text
    return {name: values[0] for name, values in parse_qs(urlsplit(response.headers["location"]).query).items()}


async def test_a_client_gets_a_token_of_its_own(proxy: Proxy) -> None:
    client_id = proxy.register()
    answer = proxy.exchange(client_id, proxy.code_for(client_id))
    assert answer.headers["cache-control"] == "no-store"
    token = answer.json()["access_token"]
    upstream_token = proxy.fake.issued[-1]
    assert token != upstream_token and upstream_token not in answer.text
    proxy.fake.received.clear()
    async with http_session(f"{proxy.url}/mcp", authorization=f"Bearer {token}") as session:
        assert (await session.initialize()).serverInfo.name == "template-oauth-proxy"
        assert [tool.name for tool in (await session.list_tools()).tools] == ["get_profile", "describe_grant"]
        assert "Test User" in text_of(await session.call_tool("get_profile", {}))
        assert text_of(await session.call_tool("describe_grant", {})) == "acting for: Test Client"
    assert proxy.fake.received == [("/profile", f"Bearer {upstream_token}", {})]


def test_the_endpoint_takes_only_its_own_tokens(proxy: Proxy) -> None:
    client_id = proxy.register()
    proxy.exchange(client_id, proxy.code_for(client_id))
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    for headers in ({}, {"authorization": f"Bearer {proxy.fake.issued[-1]}"}, {"authorization": f"Bearer {client_id}"}):
        answer = httpx.post(f"{proxy.url}/mcp", json=body, headers=headers)
        assert answer.status_code == 401
        metadata_url = re.search(r'resource_metadata="([^"]+)"', answer.headers["www-authenticate"]).group(1)
        metadata = httpx.get(metadata_url).json()
        assert metadata["resource"] == f"{proxy.url}/mcp"
        issuer = metadata["authorization_servers"][0]
        assert httpx.get(f"{issuer}.well-known/oauth-authorization-server").json()["issuer"] == issuer


def test_each_client_is_asked_for(proxy: Proxy) -> None:
    first = proxy.authorize(proxy.register("First"))
    assert proxy.answer(first, "allow").status_code == 303
    # The same browser, with all its cookies, and another client.
    second = proxy.authorize(proxy.register("Second"), cookies_of(first))
    assert second.status_code == 200 and "location" not in second.headers
    assert "<strong>Second</strong>" in second.text and "http://127.0.0.1:7777" in second.text


def test_each_client_has_an_id_of_its_own(proxy: Proxy) -> None:
    assert proxy.register("Same name") != proxy.register("Same name")


def test_the_consent_page_cannot_be_framed_and_shows_names_as_text(proxy: Proxy) -> None:
    page = proxy.authorize(proxy.register("<script>alert(1)</script>\u202eevil"))
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "DENY"
    assert "<script>" not in page.text and "&lt;script&gt;" in page.text and "\u202e" not in page.text


def test_cookies_are_bound_to_the_host(proxy: Proxy) -> None:
    page = proxy.authorize(proxy.register())
    to_upstream = proxy.answer(page, "allow")
    cookies = [page.headers["set-cookie"], to_upstream.headers.get_list("set-cookie")[0]]
    for cookie, name in zip(cookies, ("__Host-consent=", "__Host-state="), strict=True):
        assert cookie.startswith(name)
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= set(cookie.lower().split("; "))
        assert "domain" not in cookie.lower()


@pytest.mark.parametrize(
    "uri",
    [
        "https://attacker.example/",
        f"{CLIENT_URI}/",
        f"{CLIENT_URI}/../other",
        f"{CLIENT_URI}?more=1",
        f"{CLIENT_URI}#fragment",
        "http://127.0.0.1:7778/callback",
        "http://127.0.0.1:7777@attacker.example/callback",
        "HTTP://127.0.0.1:7777/callback",
        "",
        None,
    ],
)
def test_a_redirect_uri_must_match_exactly(proxy: Proxy, uri: str | None) -> None:
    answer = proxy.authorize(proxy.register(), redirect_uri=uri)
    assert answer.status_code == 400 and "location" not in answer.headers


def test_an_unknown_client_is_not_redirected(proxy: Proxy) -> None:
    answer = proxy.authorize("nobody")
    assert answer.status_code == 400 and "location" not in answer.headers


def test_a_parameter_given_twice_is_refused(proxy: Proxy) -> None:
    query = f"client_id={proxy.register()}&redirect_uri={CLIENT_URI}&redirect_uri=https://attacker.example/"
    answer = httpx.get(f"{proxy.url}/authorize?{query}")
    assert answer.status_code == 400 and "location" not in answer.headers


@pytest.mark.parametrize(
    "uri",
    [
        "http://client.example/callback",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://client.example/#fragment",
        "https://user@client.example/",
        "https://client.example\\@attacker.example/",
        "https://client.example/\r\nx: y",
        "https://[",
        "https://",
        "",
        7,
    ],
)
def test_a_client_cannot_register_an_unsafe_address(proxy: Proxy, uri: object) -> None:
    answer = httpx.post(f"{proxy.url}/register", json={"redirect_uris": [uri]})
    assert answer.status_code == 400 and answer.json()["error"] == "invalid_redirect_uri"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 15_000, b" " * 20_000])
def test_a_broken_registration_is_refused(proxy: Proxy, body: bytes) -> None:
    assert httpx.post(f"{proxy.url}/register", content=body).status_code == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"resource": "https://other.example/mcp"}, "invalid_target"),
    ],
)
def test_pkce_and_the_right_resource_are_needed(proxy: Proxy, changes: dict[str, str | None], error: str) -> None:
    query = query_of(proxy.authorize(proxy.register(), **changes))
    assert (query["error"], query["state"]) == (error, "of-the-client")


def test_consent_comes_only_from_the_browser_that_was_asked(proxy: Proxy) -> None:
    client_id = proxy.register()
    other = cookies_of(proxy.authorize(client_id))
    for case in ({"cookies": {}}, {"cookies": other}, {"origin": "https://attacker.example"}, {"origin": "null"}):
        answer = proxy.answer(proxy.authorize(client_id), "allow", **case)
        assert answer.status_code == 400 and not cookies_of(answer)


def test_consent_is_given_once(proxy: Proxy) -> None:
    page = proxy.authorize(proxy.register())
    assert proxy.answer(page, "allow").status_code == 303
    assert proxy.answer(page, "allow").status_code == 400


def test_a_refusal_goes_back_to_the_client(proxy: Proxy) -> None:
    answer = proxy.answer(proxy.authorize(proxy.register()), "deny")
    assert answer.headers["location"].startswith(f"{CLIENT_URI}?")
    assert query_of(answer)["error"] == "access_denied"
    assert "__Host-state" not in cookies_of(answer)


def test_the_way_upstream_has_a_state_and_pkce_of_its_own(proxy: Proxy) -> None:
    page = proxy.authorize(proxy.register())
    assert "__Host-state" not in cookies_of(page)
    query = query_of(proxy.answer(page, "allow"))
    assert query["client_id"] == "the-proxy" and query["redirect_uri"] == f"{proxy.url}/callback"
    assert query["code_challenge_method"] == "S256" and query["code_challenge"] != CHALLENGE
    assert query["state"] != "of-the-client" and len(query["state"]) >= 43


def test_a_state_is_used_up(proxy: Proxy) -> None:
    to_upstream = proxy.answer(proxy.authorize(proxy.register()), "allow")
    first = query_of(proxy.come_back(to_upstream))
    assert first["state"] == "of-the-client" and first["iss"] == f"{proxy.url}/"
    again = proxy.come_back(to_upstream)
    assert again.status_code == 400 and "location" not in again.headers


def test_a_state_belongs_to_one_browser(proxy: Proxy) -> None:
    client_id = proxy.register()
    victim = proxy.answer(proxy.authorize(client_id), "allow")
    attacker = proxy.answer(proxy.authorize(client_id), "allow")
    for cookies in ({}, cookies_of(victim), {"__Host-state": ""}):
        assert proxy.come_back(attacker, cookies).status_code == 400
    invented = httpx.get(f"{proxy.url}/callback?code=c&state=s", headers=cookie_header({"__Host-state": "s"}))
    assert invented.status_code == 400


def test_an_answer_of_another_issuer_is_refused(proxy: Proxy) -> None:
    to_upstream = proxy.answer(proxy.authorize(proxy.register()), "allow")
    assert proxy.come_back(to_upstream, iss="https://other.example").status_code == 400


def test_a_code_that_upstream_refuses_ends_in_an_error(proxy: Proxy) -> None:
    to_upstream = proxy.answer(proxy.authorize(proxy.register()), "allow")
    query = query_of(proxy.come_back(to_upstream, code="invented"))
    assert query["error"] == "server_error" and "code" not in query


def test_a_code_is_used_up(proxy: Proxy) -> None:
    client_id = proxy.register()
    code = proxy.code_for(client_id)
    assert proxy.exchange(client_id, code).status_code == 200
    assert proxy.exchange(client_id, code).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "changes",
    [{"code_verifier": "another"}, {"code_verifier": ""}, {"client_id": "another"}, {"redirect_uri": "https://a.example"}],
    ids=str,
)
def test_a_code_is_bound_to_its_client(proxy: Proxy, changes: dict[str, str]) -> None:
    client_id = proxy.register()
    code = proxy.code_for(client_id)
    assert proxy.exchange(client_id, code, **changes).json()["error"] == "invalid_grant"
    # A wrong attempt uses the code up, too.
    assert proxy.exchange(client_id, code).json()["error"] == "invalid_grant"


def test_other_host_names_are_refused(proxy: Proxy) -> None:
    assert httpx.get(f"{proxy.url}/authorize", headers={"host": "attacker.example"}).status_code == 400
