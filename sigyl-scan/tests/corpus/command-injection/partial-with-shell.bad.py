import functools
import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("packages")

run = functools.partial(subprocess.run, shell=True, capture_output=True, text=True)


@mcp.tool()
def describe(package: str) -> str:
    """Describes an installed package."""
    return run(f"dpkg -s {package}").stdout
