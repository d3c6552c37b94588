from quart import Quart, abort, jsonify, request

from .editor import Editor
from .oidc import verify_access_token

app = Quart(__name__)
open_sessions: dict[str, Editor] = {}


@app.post("/mcp")
async def mcp():
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    claims = await verify_access_token(token) if scheme.lower() == "bearer" else None
    if not claims:
        abort(401)
    session_id = request.args.get("session_id")
    editor = open_sessions.get(session_id)
    if editor is None or editor.opened_by != claims.subject:
        abort(404)
    return jsonify(await editor.answer(await request.get_json()))


@app.after_serving
async def close_all() -> None:
    for editor in open_sessions.values():
        await editor.close()
