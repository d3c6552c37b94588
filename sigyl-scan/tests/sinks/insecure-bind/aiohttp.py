from aiohttp import web

async def mcp(request):
    message = await request.json()
    if message['method'] == 'tools/call':
        return web.json_response({'jsonrpc': '2.0', 'id': message['id'], 'result': {'content': []}})
    return web.json_response({})

app = web.Application()
app.router.add_post('/mcp', mcp)
web.run_app(app, host="0.0.0.0", port=8080)
