import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("branches")


@mcp.tool()
def branches(commit: str | None = None, kind: str = "local") -> str:
    """Lists what lies beside a commit."""
    chosen = (commit,) if commit else ()
    flag = {"local": "--oneline", "remote": "--stat"}[kind]
    return subprocess.run(["git", "log", flag, *chosen], capture_output=True, text=True, check=True).stdout
