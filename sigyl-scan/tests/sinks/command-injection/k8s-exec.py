from mcp.server.fastmcp import FastMCP
from kubernetes import client
from kubernetes.stream import stream
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    v = client.CoreV1Api()
    stream(v.connect_get_namespaced_pod_exec, 'p', 'n', command=['/bin/sh', '-c', f'ls {a}'])
    return ''
