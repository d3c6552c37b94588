import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("history")
KNOWN = {"--stat", "--oneline", "--graph"}


@mcp.tool()
def log(flags: list[str]) -> str:
    """Shows the history."""
    done = subprocess.run(["git", "log", *flags, "--max-count=20"], capture_output=True, text=True)
    return done.stdout
