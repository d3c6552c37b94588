import shlex
import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("hosts")


@mcp.tool()
def find(name: str) -> str:
    return subprocess.getoutput(f"grep '{shlex.quote(name)}' /etc/hosts")
