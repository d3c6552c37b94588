import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("probe")


@mcp.tool()
def reach(host: str) -> str:
    """Looks whether a host answers."""
    shell = subprocess.Popen(
        ["/bin/bash", "--norc"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    answer, _ = shell.communicate(f"cd /tmp\nping -c 1 {host}\n")
    return answer
