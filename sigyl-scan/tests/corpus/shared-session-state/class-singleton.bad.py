from starlette.middleware.base import BaseHTTPMiddleware

from .rpc import Upstream


class Credentials:
    token = None


credentials = Credentials()


class Capture(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        credentials.token = request.headers.get("authorization")
        return await call_next(request)
