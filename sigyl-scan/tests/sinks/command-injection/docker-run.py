from mcp.server.fastmcp import FastMCP
import docker
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    docker.from_env().containers.run('alpine', f'sh -c "ls {a}"')
    return ''
