import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("folders")
STEPS = {"words": "ls", "inner": {"words": "-l", "inner": {"words": "/srv", "inner": None}}}


def words(step, last):
    if step["inner"] is None:
        return step["words"]
    if last == "short":
        return step["words"]
    return step["words"] + " " + words(step["inner"], last)


@mcp.tool()
def show(last: str) -> str:
    """Shows the folder."""
    return subprocess.run(words(STEPS, last), shell=True, capture_output=True, text=True).stdout
