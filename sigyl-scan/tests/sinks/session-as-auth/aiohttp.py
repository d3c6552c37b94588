from aiohttp import web
SESSIONS = {}
async def mcp(request):
    session = SESSIONS.get(request.headers.get("Mcp-Session-Id"))
    if not session:
        raise web.HTTPUnauthorized()
    return web.json_response({"user": session["user"]})
app = web.Application()
app.router.add_post("/mcp", mcp)
