import shlex
import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("images")


@mcp.tool()
def build(folder: str, tag: str) -> str:
    line = f"docker build -t app:{tag} {shlex.quote(folder)} 2>&1 | tail -n 50"
    return subprocess.run(["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True).stdout
