from fastmcp import FastMCP
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

mcp = FastMCP("graph")


@mcp.tool()
def delete_node(name: str) -> str:
    """Deletes a node of the graph."""
    return f"deleted {name}"


async def serve(transport: str, host: str, port: int) -> None:
    checks = [Middleware(TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1"])]
    if transport == "http":
        await mcp.run_http_async(host=host, port=port, middleware=checks)
    elif transport == "sse":
        await mcp.run_http_async(host=host, port=port, transport="sse")
    else:
        await mcp.run_stdio_async()
