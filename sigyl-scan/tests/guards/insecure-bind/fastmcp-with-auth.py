from fastmcp import FastMCP
from fastmcp.server.auth.providers.jwt import JWTVerifier
auth = JWTVerifier(jwks_uri="https://login.example.com/keys", issuer="https://login.example.com", audience="notes")
mcp = FastMCP("notes", auth=auth)

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


mcp.run(transport="http", host="0.0.0.0", port=8000)
