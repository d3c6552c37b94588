import os
import secrets

from aiohttp import web
from yarl import URL

IDP = URL("https://login.acme.io/oauth2/authorize")
CALLBACK = "https://gateway.acme.io/callback"
registered: dict[str, list[str]] = {}
started: dict[str, dict] = {}


async def register(request: web.Request) -> web.Response:
    body = await request.json()
    client_id = secrets.token_urlsafe(16)
    registered[client_id] = body["redirect_uris"]
    return web.json_response({"client_id": client_id, "redirect_uris": body["redirect_uris"]}, status=201)


async def authorize(request: web.Request) -> web.Response:
    client = request.query["client_id"]
    if request.query["redirect_uri"] not in registered.get(client, []):
        raise web.HTTPBadRequest(text="unknown redirect_uri")
    state = secrets.token_urlsafe(24)
    started[state] = {"client": client, "redirect_uri": request.query["redirect_uri"], "state": request.query.get("state")}
    query = {
        "response_type": "code",
        "client_id": os.environ["GATEWAY_CLIENT_ID"],
        "redirect_uri": CALLBACK,
        "scope": "openid profile",
        "state": state,
    }
    raise web.HTTPFound(IDP.with_query(query))


app = web.Application()
app.add_routes([web.post("/register", register), web.get("/authorize", authorize)])
web.run_app(app, host="127.0.0.1", port=7100)
