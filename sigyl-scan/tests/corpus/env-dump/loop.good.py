import os
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("host")


@mcp.tool()
def environment() -> str:
    """Lists the variables of this host."""
    lines = []
    for name in sorted(os.environ):
        lines.append(name)
    return "\n".join(lines)
