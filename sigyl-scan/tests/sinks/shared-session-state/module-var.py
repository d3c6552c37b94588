from starlette.middleware.base import BaseHTTPMiddleware
current_user = None
class Auth(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        global current_user
        current_user = request.headers.get("x-user-token")
        return await call_next(request)
def whoami():
    return current_user
