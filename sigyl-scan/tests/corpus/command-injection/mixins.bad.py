import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("tides")


class HistoryMixin:
    def history(self, station: str) -> str:
        return self._run(f"tidelog --station {station}")


class Runner:
    def _run(self, line) -> str:
        return subprocess.run(line, shell=True, capture_output=True, text=True).stdout


class Tides(HistoryMixin, Runner):
    pass


tides = Tides()


@mcp.tool()
def history(station: str) -> str:
    """Show the history of a station."""
    return tides.history(station)
