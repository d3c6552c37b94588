import paramiko
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("ward")


class Links:
    def __init__(self):
        self._shells = {}

    def shell(self, machine):
        if machine in self._shells:
            return self._shells[machine]
        client = paramiko.SSHClient()
        client.connect(machine)
        channel = client.invoke_shell()
        self._shells[machine] = channel
        return channel

    def run(self, machine, line):
        channel = self.shell(machine)
        channel.send(line + "\n")
        return channel.recv(65536).decode()


links = Links()


@mcp.tool()
def last_lines(machine: str, journal: str) -> str:
    """Show the last lines of a journal."""
    return links.run(machine, f"sudo tail -n 40 '{journal}'")
