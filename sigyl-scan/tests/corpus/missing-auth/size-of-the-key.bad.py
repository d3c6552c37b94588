import os

from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import JSONResponse

SERVER_TOKEN = os.environ.get("SERVER_TOKEN", "")


class Gate(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        if len(SERVER_TOKEN) > 0 and request.headers.get("authorization") != f"Bearer {SERVER_TOKEN}":
            return JSONResponse({"error": "wrong token"}, status_code=401)
        return await call_next(request)
