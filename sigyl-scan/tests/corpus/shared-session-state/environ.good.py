import os

from aiohttp import web

from .rpc import answer


async def handle(request: web.Request) -> web.Response:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return web.json_response(await answer(await request.json(), token=token, site=os.environ["JIRA_SITE"]))
