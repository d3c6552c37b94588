from aiohttp import web
async def callback(request):
    raise web.HTTPFound(location=request.query["redirect_uri"])
app = web.Application()
app.router.add_get("/callback", callback)
