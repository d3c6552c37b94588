import base64
import dill
import json

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("variant")


@mcp.tool()
def restore(state: str) -> int:
    """Restores the state."""
    return len(json.loads(base64.b64decode(state)))
