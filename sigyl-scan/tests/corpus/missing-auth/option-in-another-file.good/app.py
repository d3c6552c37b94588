import contextlib

import uvicorn
from mcp.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.applications import Starlette
from starlette.routing import Mount


def create_app(server: Server) -> Starlette:
    manager = StreamableHTTPSessionManager(app=server, stateless=True)

    @contextlib.asynccontextmanager
    async def lifespan(app):
        async with manager.run():
            yield

    return Starlette(routes=[Mount("/mcp", app=manager.handle_request)], lifespan=lifespan)


async def serve(server: Server, host: str, port: int) -> None:
    await uvicorn.Server(uvicorn.Config(create_app(server), host=host, port=port)).serve()
