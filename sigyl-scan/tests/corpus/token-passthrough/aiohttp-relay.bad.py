import aiohttp
from aiohttp import web

UPSTREAM = "https://inventory.acme.io/v2/items"


async def mcp(request: web.Request) -> web.Response:
    message = await request.json()
    bearer = request.headers.get("Authorization")
    if not bearer:
        raise web.HTTPUnauthorized()
    async with aiohttp.ClientSession() as session:
        async with session.get(UPSTREAM, headers={"Authorization": bearer, "Accept": "application/json"}) as answer:
            items = await answer.json()
    text = "\n".join(item["name"] for item in items)
    return web.json_response({"jsonrpc": "2.0", "id": message["id"], "result": {"content": [{"type": "text", "text": text}]}})


app = web.Application()
app.router.add_post("/mcp", mcp)
web.run_app(app, host="127.0.0.1", port=6200)
