import asyncio

import duckdb
import httpx
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.types import TextContent, Tool

server = Server("sales")
TEXT = {"type": "string"}


@server.list_tools()
async def list_tools() -> list[Tool]:
    return [
        Tool(name="query_table", description="Sums of a region", inputSchema={"type": "object", "properties": {"region": TEXT}}),
        Tool(name="fetch_rates", description="Exchange rates", inputSchema={"type": "object", "properties": {"feed": TEXT}}),
    ]


@server.call_tool()
async def call_tool(name: str, arguments: dict) -> list[TextContent]:
    if name == "query_table":
        rows = duckdb.connect("sales.duckdb", read_only=True).execute(
            "select customer, sum(amount) from sales where region = ? group by customer", [arguments["region"]]
        )
        return [TextContent(type="text", text=str(rows.fetchall()))]
    if name == "fetch_rates":
        async with httpx.AsyncClient(timeout=10) as client:
            return [TextContent(type="text", text=(await client.get(arguments["feed"])).text)]
    raise ValueError(name)


async def main() -> None:
    async with stdio_server() as (reader, writer):
        await server.run(reader, writer, server.create_initialization_options())


asyncio.run(main())
