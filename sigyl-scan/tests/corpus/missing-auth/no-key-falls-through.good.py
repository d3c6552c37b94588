from contextvars import ContextVar

from starlette.requests import Request
from starlette.responses import PlainTextResponse

tenant: ContextVar[str | None] = ContextVar("tenant", default=None)


def install(app, keys: dict[str, str]):
    @app.middleware("http")
    async def tenant_of_key(request: Request, call_next):
        header = request.headers.get("authorization", "")
        name = keys.get(header[7:]) if header.lower().startswith("bearer ") else None
        if name is None:
            return PlainTextResponse("missing or unknown key", status_code=401)
        tenant.set(name)
        return await call_next(request)
