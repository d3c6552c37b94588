from flask import Flask, request

from .auth import authenticate_request
from .rpc import answer

app = Flask(__name__)
sessions = {}


@app.post("/mcp")
def mcp():
    authenticate_request(request)
    state = sessions[request.headers["Mcp-Session-Id"]]
    return answer(state, request.get_json())
