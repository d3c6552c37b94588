import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("batch")


@mcp.tool()
def convert(names: list[str]) -> list[str]:
    """Converts each file once the next one is known."""
    done = []
    previous = ""
    for name in names:
        if previous:
            done.append(subprocess.run(f"convert {previous} out.png", shell=True, capture_output=True, text=True).stdout)
        previous = name
    return done
