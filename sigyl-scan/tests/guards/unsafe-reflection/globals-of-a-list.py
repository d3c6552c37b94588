from mcp.server.fastmcp import FastMCP

mcp = FastMCP('x')
OFFERED = {'upper', 'lower'}


@mcp.tool()
async def call(name: str, argument: str) -> str:
    if name not in OFFERED:
        raise ValueError(name)
    return globals()[name](argument)
