from mcp.server.fastmcp import FastMCP
import paramiko
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    paramiko.SSHClient().open_sftp().get('/x', f'/srv/{a}')
    return ''
