import os
import secrets

from fastmcp import FastMCP
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import JSONResponse

mcp = FastMCP("lamps")
EXPECTED = "Bearer " + os.environ["LAMPS_TOKEN"]


class Gate(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        sent = request.headers.get("authorization")
        if sent is not None and not secrets.compare_digest(sent, EXPECTED):
            return JSONResponse({"error": "unauthorized"}, status_code=401)
        return await call_next(request)


app = mcp.http_app()
app.add_middleware(Gate)
