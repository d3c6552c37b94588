import subprocess

from mcp.server.fastmcp import FastMCP

app = FastMCP("disks")


@app.tool()
def usage(mount: str) -> str:
    """Shows how full a mount is."""
    return subprocess.run(["df", "-h", "--", mount], capture_output=True, text=True, check=True).stdout
