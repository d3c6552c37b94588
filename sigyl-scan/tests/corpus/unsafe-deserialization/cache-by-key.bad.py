import base64
import pickle

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("sessions")


@mcp.tool()
def restore(state: str) -> str:
    """Restores a session that was saved before."""
    data = base64.b64decode(state)
    session = pickle.loads(data)
    return f"restored {len(session)} entries"
