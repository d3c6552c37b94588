from contextvars import ContextVar

from starlette.requests import Request

tenant: ContextVar[str | None] = ContextVar("tenant", default=None)


def install(app, keys: dict[str, str]):
    @app.middleware("http")
    async def tenant_of_key(request: Request, call_next):
        header = request.headers.get("authorization", "")
        if header.lower().startswith("bearer "):
            name = keys.get(header[7:])
            if name:
                tenant.set(name)
        return await call_next(request)
