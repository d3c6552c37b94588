import os

from aiohttp import web

from .rpc import answer


async def handle(request: web.Request) -> web.Response:
    os.environ["JIRA_TOKEN"] = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return web.json_response(await answer(await request.json()))
