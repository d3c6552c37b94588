import subprocess
from pathlib import Path

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("mirror")
TARGET = Path("/var/lib/mirror")


def git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=TARGET, check=True, capture_output=True, text=True).stdout


@mcp.tool()
def fetch_branch(remote: str, branch: str = "main") -> str:
    """Fetches a branch of a remote."""
    command = ["fetch", "--depth", "1"]
    command.extend(["--", remote, branch])
    return git(*command)
