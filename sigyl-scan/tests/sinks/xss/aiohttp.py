from aiohttp import web
async def callback(request):
    return web.Response(text=f"<h1>{request.query['error']}</h1>", content_type="text/html")
app = web.Application()
app.router.add_get("/callback", callback)
