import os
import subprocess
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("build")


@mcp.tool()
def build() -> str:
    """Builds the project."""
    env = os.environ.copy()
    env["CI"] = "1"
    done = subprocess.run(["make", "all"], env=env, capture_output=True, text=True)
    return done.stdout
