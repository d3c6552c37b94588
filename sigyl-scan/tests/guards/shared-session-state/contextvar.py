from contextvars import ContextVar
from starlette.middleware.base import BaseHTTPMiddleware
current_user: ContextVar[str] = ContextVar("current_user")
class Auth(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        current_user.set(request.headers.get("x-user-token", ""))
        return await call_next(request)
