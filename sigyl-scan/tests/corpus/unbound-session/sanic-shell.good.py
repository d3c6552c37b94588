import jwt
from sanic import Sanic, json
from sanic.exceptions import NotFound, Unauthorized

from .keys import public_key
from .workspace import Workspace

app = Sanic("workspaces")
app.ctx.sessions = {}


@app.post("/mcp")
async def mcp(request):
    try:
        claims = jwt.decode(request.token, public_key(), algorithms=["RS256"], audience="https://workspaces.acme.io")
    except jwt.PyJWTError:
        raise Unauthorized("invalid token")
    workspace: Workspace | None = app.ctx.sessions.get(request.headers.get("mcp-session-id"))
    if workspace is None or workspace.owner != claims["sub"]:
        raise NotFound("unknown session")
    return json(await workspace.call(request.json))


@app.before_server_stop
async def close(app):
    for workspace in app.ctx.sessions.values():
        await workspace.close()


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=8500)
