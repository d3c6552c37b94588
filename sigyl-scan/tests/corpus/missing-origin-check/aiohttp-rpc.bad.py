from aiohttp import web

from .tools import call, listing


async def rpc(request: web.Request) -> web.Response:
    message = await request.json()
    if message["method"] == "tools/list":
        return web.json_response({"id": message["id"], "result": {"tools": listing()}})
    if message["method"] == "tools/call":
        return web.json_response({"id": message["id"], "result": await call(message["params"])})
    return web.json_response({"error": "unknown"}, status=404)


app = web.Application()
app.router.add_post("/mcp", rpc)
web.run_app(app, host="127.0.0.1", port=9000)
