from mcp.server.auth.settings import AuthSettings
from mcp.server.fastmcp import FastMCP
from pydantic import AnyHttpUrl

from .verifier import Verifier

mcp = FastMCP(
    "ledger",
    token_verifier=Verifier(),
    auth=AuthSettings(
        issuer_url=AnyHttpUrl("https://login.acme.example"),
        resource_server_url=AnyHttpUrl("https://ledger.acme.example"),
        required_scopes=["admin"],
    ),
)
