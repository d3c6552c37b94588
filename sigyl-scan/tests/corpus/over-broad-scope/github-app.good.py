from urllib.parse import urlencode
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("issues")

SCOPE = "public_repo read:org"


def login_url(client_id: str, state: str) -> str:
    return "https://github.com/login/oauth/authorize?" + urlencode(
        {"client_id": client_id, "state": state, "scope": SCOPE}
    )


@mcp.tool()
def list_issues(repository: str) -> list[str]:
    """Lists issues."""
    return []


@mcp.tool()
def get_issue(repository: str, number: int) -> str:
    """Reads an issue."""
    return ""
