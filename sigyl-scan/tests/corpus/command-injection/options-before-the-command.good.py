import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("desk")


@mcp.tool()
def show(service: str) -> str:
    """Shows a service."""
    words = ["powershell", "-NoProfile", "-NonInteractive", "-File", "C:\\desk\\show.ps1", service]
    return subprocess.run(words, capture_output=True, text=True).stdout
