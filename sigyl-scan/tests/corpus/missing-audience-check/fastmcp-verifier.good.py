from fastmcp import FastMCP
from fastmcp.server.auth.providers.jwt import JWTVerifier

mcp = FastMCP(
    "notes",
    auth=JWTVerifier(jwks_uri="https://id.acme.io/jwks", issuer="https://id.acme.io", audience="https://mcp.acme.io"),
)
