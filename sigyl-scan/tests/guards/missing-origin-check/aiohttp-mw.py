from aiohttp import web
@web.middleware
async def check_origin(request, handler):
    origin = request.headers.get("Origin")
    if origin is not None and origin not in {"http://localhost:8080"}:
        raise web.HTTPForbidden()
    return await handler(request)

async def mcp(request):
    message = await request.json()
    if message['method'] == 'tools/call':
        return web.json_response({'jsonrpc': '2.0', 'id': message['id'], 'result': {'content': []}})
    return web.json_response({})

app = web.Application(middlewares=[check_origin])
app.router.add_post('/mcp', mcp)
web.run_app(app, host="127.0.0.1", port=8080)
