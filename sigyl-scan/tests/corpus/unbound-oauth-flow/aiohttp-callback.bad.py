import aiohttp
from aiohttp import web

from .settings import CLIENT, TOKEN_URL


async def callback(request: web.Request) -> web.Response:
    code = request.query["code"]
    form = {"grant_type": "authorization_code", "code": code, **CLIENT}
    async with aiohttp.ClientSession() as session, session.post(TOKEN_URL, data=form) as answer:
        tokens = await answer.json()
    request.app["tokens"].save(tokens)
    return web.Response(text="you can close this window")
