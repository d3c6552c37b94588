from flask import Flask, abort, request

from .tools import run

app = Flask(__name__)
SESSIONS = {}


@app.post("/mcp")
def mcp():
    entry = SESSIONS.get(request.headers.get("Mcp-Session-Id"))
    if entry is None:
        abort(404)
    return run(request.get_json(), user=entry["user_id"])
