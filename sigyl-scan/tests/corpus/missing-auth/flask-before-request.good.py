import os

from flask import Flask, jsonify, request

from .rpc import answer

app = Flask(__name__)
app.config["SERVICE_TOKEN"] = os.environ["SERVICE_TOKEN"]


@app.before_request
def authenticate():
    if request.headers.get("Authorization") != "Bearer " + app.config["SERVICE_TOKEN"]:
        return jsonify(error="unauthorized"), 401
    return None


@app.post("/mcp")
def rpc():
    return answer(request.get_json())
