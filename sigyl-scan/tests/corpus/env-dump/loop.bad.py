import os
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("host")


@mcp.tool()
def environment() -> str:
    """Lists the variables of this host."""
    lines = []
    for name, value in sorted(os.environ.items()):
        lines.append(f"{name}={value}")
    return "\n".join(lines)
