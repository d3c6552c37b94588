import requests
from fastmcp import FastMCP
from fastmcp.server.dependencies import get_access_token
mcp = FastMCP("notes")
@mcp.tool()
def me() -> str:
    """Me."""
    token = get_access_token().token
    return requests.get("https://api.example.com/me", headers={"Authorization": f"Bearer {token}"}).text
