"""The MCP endpoint, and how everything is put together."""

from urllib.parse import urlsplit

import httpx
import uvicorn
from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.provider import AccessToken, TokenVerifier
from mcp.server.auth.settings import AuthSettings
from mcp.server.fastmcp import FastMCP
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations
from pydantic import AnyHttpUrl
from starlette.applications import Starlette
from starlette.middleware.trustedhost import TrustedHostMiddleware

from .config import LOOPBACK, Config, read_config
from .oauth import OAuthProxy
from .store import Grant, Store

SCOPE = "mcp:tools"


class OwnTokens(TokenVerifier):
    """Knows the tokens that this server issued, and no others: an upstream token opens nothing here."""

    def __init__(self, config: Config, store: Store) -> None:
        self._config = config
        self._store = store

    async def verify_token(self, token: str) -> AccessToken | None:
        """What a token stands for, or nothing."""
        known = self._store.tokens.get(token)
        if known is None:
            return None
        return AccessToken(
            token=token,
            client_id=known.client_id,
            scopes=[SCOPE],
            expires_at=known.expires_at,
            resource=self._config.mcp_url,
            subject=known.grant_id,
        )


def build_mcp(config: Config, store: Store) -> FastMCP:
    """The MCP server with its tools."""
    address = urlsplit(config.public_url).netloc
    mcp = FastMCP(
        "template-oauth-proxy",
        host=config.host,
        port=config.port,
        stateless_http=True,
        json_response=True,
        token_verifier=OwnTokens(config, store),
        auth=AuthSettings(
            issuer_url=AnyHttpUrl(config.issuer),
            resource_server_url=AnyHttpUrl(config.mcp_url),
            required_scopes=[SCOPE],
            validate_token_resource=True,
        ),
        transport_security=TransportSecuritySettings(
            allowed_hosts=[address, f"127.0.0.1:{config.port}"], allowed_origins=[config.public_url]
        ),
    )

    def current_grant() -> Grant:
        caller = get_access_token()
        grant = store.grants.get(caller.subject or "") if caller else None
        if grant is None:
            raise ValueError("the grant has expired; please sign in again")
        return grant

    @mcp.tool(annotations=ToolAnnotations(readOnlyHint=True, openWorldHint=True))
    async def get_profile() -> str:
        """The caller's profile, as the upstream service has it."""
        # The upstream service gets the token that it issued itself, never the one that the client sent.
        headers = {"Authorization": f"Bearer {current_grant().upstream_token}"}
        async with httpx.AsyncClient(timeout=10, follow_redirects=False) as upstream:
            response = await upstream.get(f"{config.upstream_api_url}/profile", headers=headers)
        response.raise_for_status()
        return response.text

    @mcp.tool(annotations=ToolAnnotations(readOnlyHint=True, openWorldHint=False))
    def describe_grant() -> str:
        """Which client the caller allowed to act."""
        client = store.clients.get(current_grant().client_id)
        return f"acting for: {client.name}" if client else "acting for a client whose registration has expired"

    return mcp


def build_app(config: Config) -> Starlette:
    """The whole server as one ASGI application."""
    store = Store()
    mcp = build_mcp(config, store)
    proxy = OAuthProxy(config, store)
    mcp.custom_route("/.well-known/oauth-authorization-server", methods=["GET"])(proxy.metadata)
    mcp.custom_route("/register", methods=["POST"])(proxy.register)
    mcp.custom_route("/authorize", methods=["GET"])(proxy.authorize)
    mcp.custom_route("/consent", methods=["POST"])(proxy.consent)
    mcp.custom_route("/callback", methods=["GET"])(proxy.callback)
    mcp.custom_route("/token", methods=["POST"])(proxy.token)
    app = mcp.streamable_http_app()
    hosts = {urlsplit(config.public_url).hostname or "", *LOOPBACK}
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=sorted(hosts))
    return app


def main() -> None:
    """Serve over HTTP."""
    config = read_config()
    # No access log: codes and states stand in the addresses.
    uvicorn.run(build_app(config), host=config.host, port=config.port, access_log=False)


if __name__ == "__main__":
    main()
