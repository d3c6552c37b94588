import base64
import json

from aiohttp import web


async def whoami(request: web.Request) -> web.Response:
    token = request.headers["Authorization"].split()[1]
    part = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(part + "=="))
    return web.json_response({"user": claims["sub"]})
