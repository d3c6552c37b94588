from subprocess import getoutput as capture

from mcp.server.fastmcp import FastMCP

app = FastMCP("disks")


@app.tool()
def usage(mount: str) -> str:
    """Shows how full a mount is."""
    return capture("df -h " + mount)
