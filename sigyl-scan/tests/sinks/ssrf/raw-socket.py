import socket

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("banners")


@mcp.tool()
def banner(host: str, port: int) -> str:
    """Tell what a port says first."""
    with socket.create_connection((host, port), timeout=5) as connection:
        return connection.recv(1024).decode(errors="replace")
