from mcp.server.fastmcp import FastMCP
import pty
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    pty.spawn(['sh', '-c', f'ls {a}'])
    return ''
