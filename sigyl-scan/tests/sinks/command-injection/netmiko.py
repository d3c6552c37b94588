from mcp.server.fastmcp import FastMCP
from netmiko import ConnectHandler
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    ConnectHandler(host='h').send_command(f'show {a}')
    return ''
