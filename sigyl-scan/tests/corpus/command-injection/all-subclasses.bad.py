import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("grain")


class Finder:
    def look(self, wanted: str) -> str:
        raise NotImplementedError


class Disk(Finder):
    def look(self, wanted: str) -> str:
        return subprocess.run(f"grainfind {wanted}", shell=True, capture_output=True, text=True).stdout


@mcp.tool()
def look(wanted: str, where: str = "disk") -> str:
    """Look for grain."""
    for kind in Finder.__subclasses__():
        if kind.__name__.lower() == where:
            return kind().look(wanted)
    return ""
