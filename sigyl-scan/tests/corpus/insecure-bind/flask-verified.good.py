import os

from flask import Flask, abort, request

from .rpc import answer

TOKEN = os.environ["MCP_TOKEN"]
app = Flask(__name__)


@app.before_request
def authenticate():
    import hmac

    if not hmac.compare_digest(request.headers.get("Authorization", ""), f"Bearer {TOKEN}"):
        abort(401)


@app.post("/mcp")
def rpc():
    return answer(request.get_json())


app.run(host="0.0.0.0", port=8000)
