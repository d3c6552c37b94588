import os

from flask import Flask, jsonify, request

from .rpc import answer

app = Flask(__name__)


@app.before_request
def authenticate():
    token = os.environ.get("SERVICE_TOKEN", "")
    if token == "":
        return None
    if request.headers.get("Authorization") != "Bearer " + token:
        return jsonify(error="unauthorized"), 401
    return None


@app.post("/mcp")
def rpc():
    return answer(request.get_json())
