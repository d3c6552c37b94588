import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("branches")


@mcp.tool()
def branches(contains: str | None = None, kind: str = "local") -> str:
    """Lists branches that hold a commit."""
    chosen = ("--contains", contains) if contains else ()
    flag = {"local": "--list", "remote": "-r"}[kind]
    return subprocess.run(["git", "branch", flag, *chosen], capture_output=True, text=True, check=True).stdout
