import shutil
import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("shelves")


class Plain:
    rank = 1

    def works(self) -> bool:
        return True

    def look(self, wanted: str) -> str:
        return ""


class Quick:
    rank = 2

    def works(self) -> bool:
        return shutil.which("rg") is not None

    def look(self, wanted: str) -> str:
        words = ["rg", "--line-number", "--no-heading"]
        words.append("--")
        words.append(wanted)
        words.append(".")
        return subprocess.run(words, capture_output=True, text=True).stdout


def working() -> list:
    found = []
    for kind in (Plain, Quick):
        try:
            engine = kind()
            if engine.works():
                found.append(engine)
        except OSError:
            pass
    return found


class Shelves:
    def __init__(self):
        self.engines = []
        self.refresh()

    def refresh(self):
        self.engines = working()

    def best(self):
        return self.engines[0] if self.engines else None


shelves = Shelves()


@mcp.tool()
def look(wanted: str) -> str:
    """Look for a text."""
    engine = shelves.best()
    if not engine:
        raise ValueError("nothing works here")
    return engine.look(wanted)
