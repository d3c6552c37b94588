import secrets

from aiohttp import web

from .idp import introspect
from .worker import Worker

sessions: dict[str, tuple[str, Worker]] = {}


async def begin(request: web.Request) -> web.Response:
    answer = await introspect(request.headers.get("Authorization", ""))
    if not answer["active"]:
        raise web.HTTPUnauthorized()
    session_id = secrets.token_urlsafe(32)
    sessions[session_id] = (answer["sub"], Worker())
    return web.json_response({"ok": True}, headers={"Mcp-Session-Id": session_id})


async def message(request: web.Request) -> web.Response:
    answer = await introspect(request.headers.get("Authorization", ""))
    if not answer["active"]:
        raise web.HTTPUnauthorized()
    owner, worker = sessions.get(request.headers.get("Mcp-Session-Id", ""), (None, None))
    if worker is None or owner != answer["sub"]:
        raise web.HTTPNotFound()
    return web.json_response(await worker.handle(await request.json()))


app = web.Application()
app.add_routes([web.post("/mcp/begin", begin), web.post("/mcp", message)])
web.run_app(app, host="127.0.0.1", port=8300)
