import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("looms")


class Loom:
    def weave(self, thread: str) -> str:
        return subprocess.run(f"weave {thread}", shell=True, capture_output=True, text=True).stdout


class Room:
    def __init__(self):
        self.loom = None

    def found(self):
        return self.loom


room = Room()


@mcp.tool()
def weave(thread: str) -> str:
    """Weave with a thread."""
    loom = room.found()
    if loom is None:
        raise ValueError("no loom yet")
    return loom.weave(thread)


@mcp.tool()
def bring_loom() -> str:
    """Bring the loom in."""
    room.loom = Loom()
    return "brought"
