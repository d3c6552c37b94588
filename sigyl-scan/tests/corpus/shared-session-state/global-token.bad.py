from fastmcp import FastMCP
from fastmcp.server.dependencies import get_http_headers
from starlette.middleware.base import BaseHTTPMiddleware

from .upstream import fetch

mcp = FastMCP("notes")
api_token = None


class TokenMiddleware(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        global api_token
        api_token = request.headers.get("x-api-token")
        return await call_next(request)


@mcp.tool
async def notes() -> str:
    """Notes."""
    return await fetch("/notes", api_token)
