from mcp.server.fastmcp import FastMCP
import docker
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    docker.from_env().containers.get('x').exec_run(['sh', '-c', f'ls {a}'])
    return ''
