import os
import socket

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("studio")
# The studio may run on another machine.
HOST = os.environ.get("STUDIO_HOST", "")


class Commands:
    def start(self, port: int = 9877) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.bind((HOST, port))
        self.socket.listen(1)


@mcp.tool()
def begin() -> str:
    Commands().start()
    return "listening"
