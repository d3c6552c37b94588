import os
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import JSONResponse
TOKEN = os.environ.get("MCP_TOKEN", "")
class Auth(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        if not TOKEN or request.headers.get("authorization") != f"Bearer {TOKEN}":
            return JSONResponse({}, status_code=401)
        return await call_next(request)
