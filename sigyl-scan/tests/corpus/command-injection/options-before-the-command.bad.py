import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("desk")


@mcp.tool()
def show(service: str) -> str:
    """Shows a service."""
    words = ["powershell", "-NoProfile", "-NonInteractive", "-Command", f"Get-Service -Name {service}"]
    return subprocess.run(words, capture_output=True, text=True).stdout
