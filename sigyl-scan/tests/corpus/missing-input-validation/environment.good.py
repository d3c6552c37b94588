import os
import subprocess
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("run")


@mcp.tool()
def configure(jobs: int) -> str:
    """Configures the build."""
    os.environ.update({"MAKEFLAGS": f"-j{jobs}"})
    return subprocess.run(["make"], capture_output=True, text=True).stdout
