import subprocess

from mcp.server.fastmcp import FastMCP


class ServiceTools:
    def __init__(self, mcp: FastMCP, runner: str = "systemctl") -> None:
        self.runner = runner
        mcp.add_tool(self.status)
        mcp.tool(name="journal")(self.journal)

    def _run(self, *parts: str) -> str:
        command = [self.runner, *parts]
        return subprocess.run(command, capture_output=True, text=True).stdout

    def status(self, unit: str) -> str:
        """Shows a unit."""
        return self._run("status", unit)

    def journal(self) -> str:
        """Shows the journal."""
        return self._run("status")


mcp = FastMCP("services")
ServiceTools(mcp)
mcp.run()
