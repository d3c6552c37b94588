from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import JSONResponse


class Gate(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        header = request.headers.get("authorization", "")
        if not header.startswith("Bearer "):
            return JSONResponse({"error": "a token is needed"}, status_code=401)
        return await call_next(request)
