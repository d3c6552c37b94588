import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("columns")


@mcp.tool()
def column(number: str) -> str:
    """Give one column."""
    return subprocess.run(["awk", "-F", ",", f"{{print ${number}}}", "data.csv"], capture_output=True, text=True).stdout
