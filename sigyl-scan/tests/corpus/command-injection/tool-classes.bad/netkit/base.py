from abc import ABC, abstractmethod
from subprocess import PIPE, Popen
from typing import Any

from mcp.types import TextContent, Tool


class NetTool(ABC):
    name: str
    description: str
    properties: dict[str, dict]

    def definition(self) -> Tool:
        return Tool(
            name=self.name,
            description=self.description,
            inputSchema={"type": "object", "properties": self.properties, "required": list(self.properties)},
        )

    @abstractmethod
    def command(self, **arguments: Any):
        ...

    def execute(self, arguments: dict[str, Any]) -> list[TextContent]:
        cmd = self.command(**arguments)
        process = Popen(cmd, shell=isinstance(cmd, str), stdout=PIPE, stderr=PIPE, text=True)
        out, err = process.communicate(timeout=60)
        return [TextContent(type="text", text=out or err)]
