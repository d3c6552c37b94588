import contextlib

from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount

app = Server("clock")
manager = StreamableHTTPSessionManager(app=app, stateless=True)


async def handle(scope, receive, send):
    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
    origin = headers.get("origin")
    if origin and "localhost" not in origin:
        await Response("Origin not allowed", status_code=403)(scope, receive, send)
        return
    await manager.handle_request(scope, receive, send)


@contextlib.asynccontextmanager
async def lifespan(_):
    async with manager.run():
        yield


starlette = Starlette(routes=[Mount("/mcp", app=handle)], lifespan=lifespan)
