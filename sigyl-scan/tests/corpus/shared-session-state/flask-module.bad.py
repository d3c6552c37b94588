from flask import Flask, request

from . import state
from .rpc import answer

app = Flask(__name__)


@app.before_request
def remember():
    state.current_user = request.headers.get("X-User")


@app.post("/mcp")
def mcp():
    return answer(request.get_json(), state.current_user)
