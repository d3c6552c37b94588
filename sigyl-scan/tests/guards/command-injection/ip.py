from mcp.server.fastmcp import FastMCP
import ipaddress, subprocess
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str) -> str:
    subprocess.run(f'ping {ipaddress.ip_address(a)}', shell=True)
    return ''
