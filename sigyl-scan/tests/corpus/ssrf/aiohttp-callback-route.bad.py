import aiohttp
from aiohttp import web
from yarl import URL

ALLOWED = frozenset({"hooks.example.com"})


async def relay(request: web.Request) -> web.Response:
    payload = await request.json()
    callback = payload.get("callback_url", "")
    if not callback.startswith("https://"):
        raise web.HTTPBadRequest(text="https only")
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        async with session.post(callback, json=payload.get("event"), allow_redirects=False) as response:
            return web.json_response({"status": response.status})


app = web.Application()
app.add_routes([web.post("/relay", relay)])

if __name__ == "__main__":
    web.run_app(app, host="127.0.0.1", port=8082)
