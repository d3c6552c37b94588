from mcp.server.fastmcp import FastMCP
import winrm
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    winrm.Session('h', auth=('u','p')).run_ps(f'Get-Item {a}')
    return ''
