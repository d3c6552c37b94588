import shlex
import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("cluster-desk")
ACTIONS = {"get", "describe", "logs"}


@mcp.tool()
def cluster(line: str) -> str:
    """Runs a line of kubectl."""
    words = shlex.split(line)
    if words[1] not in ACTIONS:
        raise ValueError("only reading")
    return subprocess.run(words, capture_output=True, text=True).stdout
