from fastmcp import FastMCP
from fastmcp.server.auth.providers.jwt import JWTVerifier
mcp = FastMCP("notes", auth=JWTVerifier(jwks_uri="https://login.example.com/keys", issuer="https://login.example.com", audience="notes"))

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


mcp.run(transport="http")
