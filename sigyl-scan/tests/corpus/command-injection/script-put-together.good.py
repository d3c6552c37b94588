import os
import shlex
import subprocess
import tempfile

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("jobs")


@mcp.tool()
def convert(source: str) -> str:
    """Converts a recording."""
    with tempfile.NamedTemporaryFile("w", suffix=".sh", delete=False) as script:
        script.write(f"#!/usr/bin/env bash\nset -e\nffmpeg -i {shlex.quote(source)} out.mp3\n")
        place = script.name
    os.chmod(place, 0o700)
    return subprocess.run([place], capture_output=True, text=True).stdout
