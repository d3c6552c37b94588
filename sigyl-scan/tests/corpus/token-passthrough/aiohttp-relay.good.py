import aiohttp
from aiohttp import web

UPSTREAM = "https://inventory.acme.io/v2/items"
TOKEN_ENDPOINT = "https://login.acme.io/oauth/token"


async def exchange(session: aiohttp.ClientSession, bearer: str) -> str:
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": bearer.removeprefix("Bearer "),
        "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "audience": "https://inventory.acme.io",
    }
    async with session.post(TOKEN_ENDPOINT, data=form) as answer:
        answer.raise_for_status()
        return (await answer.json())["access_token"]


async def mcp(request: web.Request) -> web.Response:
    message = await request.json()
    bearer = request.headers.get("Authorization")
    if not bearer:
        raise web.HTTPUnauthorized()
    async with aiohttp.ClientSession() as session:
        own = await exchange(session, bearer)
        headers = {"Authorization": f"Bearer {own}", "Accept": "application/json"}
        async with session.get(UPSTREAM, headers=headers) as answer:
            items = await answer.json()
    text = "\n".join(item["name"] for item in items)
    return web.json_response({"jsonrpc": "2.0", "id": message["id"], "result": {"content": [{"type": "text", "text": text}]}})


app = web.Application()
app.router.add_post("/mcp", mcp)
web.run_app(app, host="127.0.0.1", port=6200)
