from flask import Flask, abort, request

from .auth import verify_token
from .tools import run

app = Flask(__name__)
SESSIONS = {}


@app.post("/mcp")
def mcp():
    caller = verify_token(request.headers.get("Authorization"))
    entry = SESSIONS.get((caller["sub"], request.headers.get("Mcp-Session-Id")))
    if entry is None:
        abort(404)
    return run(request.get_json(), user=caller["sub"])
