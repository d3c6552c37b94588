import subprocess
from typing import Literal

from mcp.server import Server
from pydantic import BaseModel, Field

server = Server("fonts")


class Folder(BaseModel):
    folder: Literal["serif", "sans"]


class Subset(Folder):
    text: str = Field(default="", pattern=r"^[A-Za-z0-9]*$")
    size: int = 12

    def line(self) -> str:
        return f"pyftsubset {self.folder}/main.ttf --text='{self.text}' --size={self.size}"


@server.call_tool()
async def call_tool(name: str, arguments: dict | None):
    wanted = Subset(**(arguments or {}))
    return subprocess.run(wanted.line(), shell=True, capture_output=True, text=True).stdout
