import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("changes")


def changed(folder: str, since: str) -> list[str]:
    done = subprocess.run(["git", "diff", "--stat", "--relative", since], cwd=folder, capture_output=True, text=True)
    return done.stdout.splitlines()


@mcp.tool()
def changes(since: str = "HEAD") -> list[str]:
    return changed("/srv/site", since)
