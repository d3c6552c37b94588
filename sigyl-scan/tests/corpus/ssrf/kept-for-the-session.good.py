import httpx
from fastmcp import Context, FastMCP

mcp = FastMCP("mirror")

MIRRORS = {"eu": "https://eu.mirror.example", "us": "https://us.mirror.example"}


@mcp.tool()
async def fetch(ctx: Context) -> str:
    mirror = await ctx.get_state("mirror")
    async with httpx.AsyncClient() as client:
        return (await client.get(f"{mirror}/index.json")).text


@mcp.tool()
async def choose_mirror(mirror: str, ctx: Context) -> str:
    await ctx.set_state("mirror", MIRRORS[mirror])
    return "chosen"
