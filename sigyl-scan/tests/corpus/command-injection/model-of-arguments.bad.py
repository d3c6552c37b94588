import subprocess

from mcp.server import Server
from pydantic import BaseModel

server = Server("fonts")


class Folder(BaseModel):
    folder: str


class Subset(Folder):
    text: str = ""
    size: int = 12

    def line(self) -> str:
        return f"pyftsubset {self.folder}/main.ttf --text='{self.text}' --size={self.size}"


@server.call_tool()
async def call_tool(name: str, arguments: dict | None):
    wanted = Subset(**(arguments or {}))
    return subprocess.run(wanted.line(), shell=True, capture_output=True, text=True).stdout
