from pathlib import Path

from mcp import types
from mcp.server.lowlevel import Server

server = Server("runs")
RUNS = Path("/srv/runs")


def schema(**properties) -> dict:
    return {"type": "object", "properties": properties, "required": list(properties)}


@server.list_tools()
async def list_tools() -> list[types.Tool]:
    return [
        types.Tool(name="report", description="Shows a report", inputSchema=schema(run={"type": "integer"})),
        types.Tool(
            name="log",
            description="Shows a log",
            inputSchema=schema(run={"type": "integer"}, part={"type": "string", "enum": ["out", "err"]}),
        ),
    ]


def report(run: int) -> str:
    return (RUNS / str(run) / "report.txt").read_text()


def log(run: int, part: str) -> str:
    return (RUNS / f"{run}" / part).read_text()


@server.call_tool()
async def call_tool(name: str, arguments: dict) -> list[types.TextContent]:
    handler = {"report": report, "log": log}[name]
    return [types.TextContent(type="text", text=handler(**arguments))]
