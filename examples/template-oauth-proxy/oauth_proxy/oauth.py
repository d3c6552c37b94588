"""The authorization server that clients see: registration, consent, the way to the upstream server and back."""

import base64
import hashlib
import json
import re
import secrets
import time
from urllib.parse import parse_qsl, urlencode

import httpx
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, RedirectResponse, Response

from .config import Config, is_safe_url
from .pages import consent_page, error_page
from .store import TOKEN_LIFETIME_S, Client, Code, Grant, Login, Request, Store, Token

# Largest body that is read, in bytes; registrations and forms are far smaller.
MAX_BODY_BYTES = 16 * 1024

# RFC 7636: the Base64url of a SHA-256 is 43 characters.
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")

# The prefix makes browsers take these cookies only over https, from this very host, for all of it.
CONSENT_COOKIE = "__Host-consent"
STATE_COOKIE = "__Host-state"


class BadRequest(Exception):
    """A request that cannot be read; the message is for its sender."""


class OAuthProxy:
    """One method for each endpoint."""

    def __init__(self, config: Config, store: Store) -> None:
        self._config = config
        self._store = store

    async def metadata(self, _: HttpRequest) -> Response:
        """RFC 8414."""
        url = self._config.public_url
        return JSONResponse(
            {
                "issuer": self._config.issuer,
                "authorization_endpoint": f"{url}/authorize",
                "token_endpoint": f"{url}/token",
                "registration_endpoint": f"{url}/register",
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["none"],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    async def register(self, http: HttpRequest) -> Response:
        """RFC 7591. Every client gets an id of its own, and is tied to the addresses that it names here."""
        try:
            body = json.loads(await _read_body(http))
        except (BadRequest, ValueError, RecursionError):
            return _error("invalid_client_metadata", "the body must be a small JSON object")
        if not isinstance(body, dict):
            return _error("invalid_client_metadata", "the body must be a small JSON object")
        uris = body.get("redirect_uris")
        if not isinstance(uris, list) or not 1 <= len(uris) <= 10:
            return _error("invalid_redirect_uri", "one to ten redirect_uris are needed")
        if not all(isinstance(uri, str) and is_safe_url(uri) for uri in uris):
            return _error("invalid_redirect_uri", "a redirect_uri must be https, or http on the loopback address")
        # Characters that print nothing could turn the text of the consent page around.
        name = "".join(char for char in str(body.get("client_name", "an unnamed client")) if char.isprintable())[:80]
        client_id = self._store.clients.put(Client(name, tuple(uris)))
        return JSONResponse(
            {
                "client_id": client_id,
                "client_name": name,
                "redirect_uris": uris,
                "grant_types": ["authorization_code"],
                "response_types": ["code"],
                "token_endpoint_auth_method": "none",
            },
            status_code=201,
        )

    async def authorize(self, http: HttpRequest) -> Response:
        """Check what the client asks for, then ask the user. Nothing goes upstream before the user agrees."""
        try:
            query = _single(http.query_params.multi_items())
        except BadRequest as error:
            return error_page(str(error))
        client_id = query.get("client_id", "")
        client = self._store.clients.get(client_id)
        if client is None:
            return error_page("This client is not registered here.")
        redirect_uri = query.get("redirect_uri", "")
        # Compared as text and in full: a prefix or a pattern is what open redirects are made of.
        if redirect_uri not in client.redirect_uris:
            return error_page("The client wants you sent to an address that it did not register.")

        browser = secrets.token_urlsafe(32)
        request = Request(client_id, redirect_uri, query.get("state"), query.get("code_challenge", ""), browser)
        if query.get("response_type") != "code":
            return self._back(request, error="unsupported_response_type")
        if query.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(request.code_challenge):
            return self._back(request, error="invalid_request", error_description="PKCE with S256 is needed")
        if query.get("resource", self._config.mcp_url) != self._config.mcp_url:
            return self._back(request, error="invalid_target")

        key = self._store.requests.put(request)
        page = consent_page(client, redirect_uri, self._config.upstream_authorize_url, key)
        _set_cookie(page, CONSENT_COOKIE, browser)
        return page

    async def consent(self, http: HttpRequest) -> Response:
        """The user's answer. Only the browser that was asked can give it, once, for one client."""
        try:
            form = _single(parse_qsl((await _read_body(http)).decode("ascii")))
        except (BadRequest, UnicodeDecodeError):
            return error_page("The form could not be read.")
        request = self._store.requests.take(form.get("request", ""))
        if request is None:
            return error_page("This request has expired. Please start again.")
        same_browser = _equal(http.cookies.get(CONSENT_COOKIE, ""), request.browser)
        if not same_browser or http.headers.get("origin") != self._config.public_url:
            return error_page("The answer did not come from the page that asked.")
        if form.get("decision") != "allow":
            return _forget(self._back(request, error="access_denied"), CONSENT_COOKIE)

        # The state exists only from here on: without consent there is nothing that a callback could complete.
        verifier = secrets.token_urlsafe(48)
        state = self._store.logins.put(Login(request, verifier))
        query = urlencode(
            {
                "response_type": "code",
                "client_id": self._config.upstream_client_id,
                "redirect_uri": self._config.callback_url,
                "state": state,
                "code_challenge": _s256(verifier),
                "code_challenge_method": "S256",
            }
        )
        response = RedirectResponse(f"{self._config.upstream_authorize_url}?{query}", status_code=303)
        _set_cookie(response, STATE_COOKIE, state)
        return _forget(response, CONSENT_COOKIE)

    async def callback(self, http: HttpRequest) -> Response:
        """The user comes back from the upstream server. The state must be the browser's own, and is used up."""
        try:
            query = _single(http.query_params.multi_items())
        except BadRequest as error:
            return error_page(str(error))
        state = query.get("state", "")
        if not _equal(http.cookies.get(STATE_COOKIE, ""), state):
            return error_page("This login was not started in this browser.")
        login = self._store.logins.take(state)
        if login is None:
            return error_page("This login has expired or was used already. Please start again.")
        # RFC 9207: an answer of another authorization server must not be taken for this one's.
        if query.get("iss", self._config.upstream_issuer) != self._config.upstream_issuer:
            return error_page("The answer came from another authorization server.")
        if "code" not in query:
            return _forget(self._back(login.request, error="access_denied"), STATE_COOKIE)

        upstream_token = await self._exchange(query["code"], login.verifier)
        if upstream_token is None:
            return _forget(self._back(login.request, error="server_error"), STATE_COOKIE)
        grant_id = self._store.grants.put(Grant(login.request.client_id, upstream_token))
        code = self._store.codes.put(Code(login.request, grant_id))
        return _forget(self._back(login.request, code=code), STATE_COOKIE)

    async def token(self, http: HttpRequest) -> Response:
        """Exchange this server's code for this server's token. The upstream token stays where it is."""
        try:
            form = _single(parse_qsl((await _read_body(http)).decode("ascii")))
        except (BadRequest, UnicodeDecodeError):
            return _error("invalid_request", "the form could not be read")
        if form.get("grant_type") != "authorization_code":
            return _error("unsupported_grant_type", "only authorization_code is supported")
        code = self._store.codes.take(form.get("code", ""))
        if (
            code is None
            or not _equal(form.get("client_id", ""), code.request.client_id)
            or not _equal(form.get("redirect_uri", ""), code.request.redirect_uri)
            or not _equal(_s256(form.get("code_verifier", "")), code.request.code_challenge)
        ):
            return _error("invalid_grant", "the code is not valid")
        expires_at = int(time.time()) + TOKEN_LIFETIME_S
        access_token = self._store.tokens.put(Token(code.request.client_id, code.grant_id, expires_at))
        return JSONResponse(
            {"access_token": access_token, "token_type": "Bearer", "expires_in": TOKEN_LIFETIME_S},
            headers={"Cache-Control": "no-store"},
        )

    async def _exchange(self, code: str, verifier: str) -> str | None:
        async with httpx.AsyncClient(timeout=10, follow_redirects=False) as upstream:
            try:
                response = await upstream.post(
                    self._config.upstream_token_url,
                    data={
                        "grant_type": "authorization_code",
                        "code": code,
                        "redirect_uri": self._config.callback_url,
                        "code_verifier": verifier,
                    },
                    auth=(self._config.upstream_client_id, self._config.upstream_client_secret),
                )
                body = response.json() if response.status_code == 200 else {}
            except (httpx.HTTPError, ValueError):
                return None
        token = body.get("access_token") if isinstance(body, dict) else None
        return token if isinstance(token, str) and token else None

    def _back(self, request: Request, **answer: str) -> Response:
        """Send the user back to the client, to the very address that was matched when the request came in."""
        if request.state is not None:
            answer["state"] = request.state
        answer["iss"] = self._config.issuer
        separator = "&" if "?" in request.redirect_uri else "?"
        return RedirectResponse(f"{request.redirect_uri}{separator}{urlencode(answer)}", status_code=303)


async def _read_body(http: HttpRequest) -> bytes:
    body = b""
    async for chunk in http.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise BadRequest("the body is too large")
    return body


def _single(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Parameters by name. One that comes twice is refused: two readers could each believe another one."""
    values = dict(pairs)
    if len(values) != len(pairs):
        raise BadRequest("A parameter is given twice.")
    return values


def _s256(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _equal(left: str, right: str) -> bool:
    """Compare in constant time. Two empty values are never equal: both are missing."""
    return left != "" and secrets.compare_digest(left.encode("utf-8", "replace"), right.encode("utf-8", "replace"))


def _set_cookie(response: Response, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=600, path="/", secure=True, httponly=True, samesite="lax")


def _forget(response: Response, name: str) -> Response:
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")
    return response


def _error(code: str, description: str) -> JSONResponse:
    return JSONResponse(
        {"error": code, "error_description": description}, status_code=400, headers={"Cache-Control": "no-store"}
    )
