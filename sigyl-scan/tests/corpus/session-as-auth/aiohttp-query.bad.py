from aiohttp import web

session_store = {}


async def inbox(request: web.Request) -> web.Response:
    session = session_store[request.query["session"]]
    return web.json_response({"inbox": session["email"]})
