from mcp.server import Server
from mcp.server.sse import SseServerTransport
from starlette.applications import Starlette
from starlette.routing import Mount

from .guards import HostGuard

server = Server("notes")
sse = SseServerTransport("/messages/")
app = HostGuard(Starlette(routes=[Mount("/messages/", app=sse.handle_post_message)]))
