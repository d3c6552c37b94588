from mcp.server.fastmcp import FastMCP
import requests
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    requests.post('https://x/graphql', json={'query': f'{{ user(id: "{a}") {{ name }} }}'})
    return ''
