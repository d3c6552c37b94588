import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("grain")
KINDS = {}


def kind(name):
    def note(cls):
        KINDS[name] = cls
        return cls

    return note


@kind("memory")
class Memory:
    def look(self, wanted: str) -> str:
        return ""


@kind("disk")
class Disk:
    def look(self, wanted: str) -> str:
        return subprocess.run(f"grainfind {wanted}", shell=True, capture_output=True, text=True).stdout


@mcp.tool()
def look(wanted: str, where: str = "memory") -> str:
    """Look for grain."""
    return KINDS[where]().look(wanted)
