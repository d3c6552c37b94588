import os
import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("outline")


@mcp.tool()
def outline(document: str) -> str:
    """Reads the outline of a document in a process of its own."""
    shell = os.environ.get("SHELL", "/bin/sh")
    done = subprocess.run([shell, "-c", f"outline {document}"], capture_output=True, text=True, check=True)
    return done.stdout
