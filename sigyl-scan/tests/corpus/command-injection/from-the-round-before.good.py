import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("batch")


@mcp.tool()
def convert(names: list[str]) -> list[str]:
    """Converts each file once the next one is known."""
    done = []
    count = 0
    for name in names:
        if count:
            done.append(subprocess.run(f"convert {count}.png out.png", shell=True, capture_output=True, text=True).stdout)
        count += 1
    return done + names
