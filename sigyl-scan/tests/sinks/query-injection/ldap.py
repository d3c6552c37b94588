from mcp.server.fastmcp import FastMCP
import ldap3
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    ldap3.Connection('h').search('dc=x', f'(uid={a})')
    return ''
