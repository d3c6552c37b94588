import asyncio

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("ledger")


async def ledger(words: list[str]) -> str:
    process = await asyncio.create_subprocess_exec(
        "fieldledger", "--machine", *words, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return out.decode()


@mcp.tool()
async def entries(query: str) -> str:
    """List the entries that fit."""
    return await ledger(["list", "--", *query.split()])
