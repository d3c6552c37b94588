from mcp.server.fastmcp import FastMCP

mcp = FastMCP('x')


@mcp.tool()
async def call(name: str, argument: str) -> str:
    return globals()[name](argument)
