from mcp.server.lowlevel import Server
from mcp.server.websocket import websocket_server
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
server = Server("notes")
async def handle_ws(websocket):
    async with websocket_server(websocket.scope, websocket.receive, websocket.send) as streams:
        await server.run(streams[0], streams[1], server.create_initialization_options())
app = Starlette(routes=[WebSocketRoute("/ws", endpoint=handle_ws)])
