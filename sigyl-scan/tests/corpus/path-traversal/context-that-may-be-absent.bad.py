from fastmcp import Context, FastMCP

mcp = FastMCP("notes")


@mcp.tool()
async def first(name: str, ctx: Context | None = None) -> str:
    with open(name) as index:
        return index.read()
