import contextlib
import uvicorn
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.applications import Starlette
from starlette.routing import Mount
server = Server("notes")
manager = StreamableHTTPSessionManager(app=server, stateless=True)
@contextlib.asynccontextmanager
async def lifespan(app):
    async with manager.run():
        yield
app = Starlette(routes=[Mount("/mcp", app=manager.handle_request)], lifespan=lifespan)
uvicorn.run(app, host="127.0.0.1", port=8000)
