from typing import Optional

from fastmcp import Context, FastMCP

mcp = FastMCP("notes")


@mcp.tool()
async def first(ctx: Context | None = None) -> str:
    with open(await ctx.get_state("index")) as index:
        return index.read()


@mcp.tool()
async def second(ctx: Optional[Context] = None) -> str:
    with open(await ctx.get_state("index")) as index:
        return index.read()


import typing


@mcp.tool()
async def third(ctx: typing.Optional[Context] = None) -> str:
    with open(await ctx.get_state("index")) as index:
        return index.read()
