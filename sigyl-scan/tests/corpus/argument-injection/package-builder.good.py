import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("flakes")


@mcp.tool()
def inputs(source: str) -> str:
    """List what a flake is made of."""
    words = ["nix", "flake", "metadata", "--json"]
    return subprocess.run(words + ["--", source], capture_output=True, text=True).stdout
