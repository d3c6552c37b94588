from mcp.server.fastmcp import FastMCP
import websockets
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    async with websockets.connect(a) as w:
        await w.send('x')
    return ''
