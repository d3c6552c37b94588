import argparse

from fastmcp import FastMCP
from fastmcp.server.auth.providers.jwt import JWTVerifier

mcp = FastMCP(
    "tasks",
    auth=JWTVerifier(jwks_uri="https://id.acme.io/jwks", issuer="https://id.acme.io", audience="https://tasks.acme.io"),
)


@mcp.tool
def remove(name: str) -> str:
    """Remove a task."""
    return name


parser = argparse.ArgumentParser()
parser.add_argument("--host", default="0.0.0.0")
args = parser.parse_args()
mcp.run(transport="http", host=args.host, port=8000)
