from aiohttp import web

from .auth import authenticate

session_store = {}


async def inbox(request: web.Request) -> web.Response:
    user = await authenticate(request)
    session = session_store[(user.id, request.query["session"])]
    return web.json_response({"inbox": session["email"]})
