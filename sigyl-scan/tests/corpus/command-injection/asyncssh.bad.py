import asyncssh
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("hosts")


class Connections:
    def __init__(self) -> None:
        self._open: dict[str, asyncssh.SSHClientConnection] = {}

    async def to(self, name: str) -> asyncssh.SSHClientConnection:
        known = self._open.get(name)
        if known is None:
            known = await asyncssh.connect(name)
            self._open[name] = known
        return known


connections = Connections()


@mcp.tool()
async def unit_log(host: str, unit: str) -> str:
    """The last lines of a unit's log."""
    connection = await connections.to(host)
    done = await connection.run(f'journalctl -n 50 -u "{unit}"')
    return str(done.stdout)
