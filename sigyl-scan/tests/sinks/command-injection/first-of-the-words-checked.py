import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("runner")


@mcp.tool()
def run(words: list[str]) -> str:
    """Run one of two programs."""
    if words[0] not in ("ls", "cat"):
        raise ValueError("not allowed")
    return subprocess.run(" ".join(words), shell=True, capture_output=True, text=True).stdout
