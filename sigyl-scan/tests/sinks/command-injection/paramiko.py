from mcp.server.fastmcp import FastMCP
import paramiko
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    c = paramiko.SSHClient()
    c.connect('h')
    c.exec_command(f'ls {a}')
    return ''
