import os
import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")
GIT_BINARY = os.environ.get("NOTES_GIT") or "/usr/bin/git"


@mcp.tool()
def log_of(branch: str, author: str) -> str:
    """The history of a branch."""
    command = [GIT_BINARY, "log", "--oneline"]
    if author:
        command += ["--author", author]
    command.append(branch)
    return subprocess.run(command, capture_output=True, text=True, cwd="/srv/notes").stdout
