from fastmcp import FastMCP
from fastmcp.server.auth import StaticTokenVerifier
import os
mcp = FastMCP("notes", auth=StaticTokenVerifier({os.environ["MCP_TOKEN"]: {"client_id": "me", "scopes": []}}))

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


mcp.run(transport="http", host="0.0.0.0")
