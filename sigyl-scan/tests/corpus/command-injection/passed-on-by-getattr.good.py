import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("network")


class Network:
    def trace(self, host: str) -> str:
        return subprocess.run(
            ["traceroute", "--", host], capture_output=True, text=True
        ).stdout


class Counted:
    def __init__(self, inner: Network) -> None:
        self._inner = inner
        self.calls = 0

    def __getattr__(self, name: str):
        return getattr(self._inner, name)


network = Counted(Network())


@mcp.tool()
def trace(host: str) -> str:
    """The way to a host."""
    return network.trace(host)
