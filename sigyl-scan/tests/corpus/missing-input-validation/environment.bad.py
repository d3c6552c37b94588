import os
import subprocess
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("run")


@mcp.tool()
def configure(variables: dict) -> str:
    """Configures the build."""
    os.environ.update(variables)
    return subprocess.run(["make"], capture_output=True, text=True).stdout
