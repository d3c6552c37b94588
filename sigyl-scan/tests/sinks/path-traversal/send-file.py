from mcp.server.fastmcp import FastMCP
from starlette.responses import FileResponse
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    FileResponse(f'/srv/{a}')
    return ''
