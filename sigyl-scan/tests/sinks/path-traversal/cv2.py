from mcp.server.fastmcp import FastMCP
import cv2
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    cv2.imwrite(f'/srv/{a}', None)
    return ''
