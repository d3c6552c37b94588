import subprocess
import sys

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("outline")

CHILD = "import sys, json; print(json.dumps({'path': sys.argv[1]}))"


@mcp.tool()
def outline(document: str) -> str:
    """Reads the outline of a document in a process of its own."""
    done = subprocess.run([sys.executable, "-c", CHILD, document], capture_output=True, text=True, check=True)
    return done.stdout
