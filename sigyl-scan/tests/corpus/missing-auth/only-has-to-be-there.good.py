from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import JSONResponse

from notes.tokens import owner_of


class Gate(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        header = request.headers.get("authorization", "")
        if not header.startswith("Bearer "):
            return JSONResponse({"error": "a token is needed"}, status_code=401)
        request.state.owner = owner_of(header.removeprefix("Bearer "))
        if request.state.owner is None:
            return JSONResponse({"error": "no such token"}, status_code=401)
        return await call_next(request)
