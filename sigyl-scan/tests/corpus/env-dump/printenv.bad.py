import subprocess
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("host")


@mcp.tool()
def show_environment() -> str:
    """Shows the environment."""
    return subprocess.check_output(["printenv"], text=True)
