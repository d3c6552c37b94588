from mcp.server.fastmcp import FastMCP
import ldap
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    ldap.initialize('').search_s('dc=x', 2, f'(uid={a})')
    return ''
