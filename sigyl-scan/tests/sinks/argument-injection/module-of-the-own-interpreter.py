import subprocess
import sys

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("packages")


@mcp.tool()
def install(package: str) -> str:
    """Install a package."""
    return subprocess.run([sys.executable, "-m", "pip", "install", package], capture_output=True, text=True).stdout
