import subprocess
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("host")


@mcp.tool()
def show_kernel() -> str:
    """Shows the kernel."""
    return subprocess.check_output(["uname", "-r"], text=True)
