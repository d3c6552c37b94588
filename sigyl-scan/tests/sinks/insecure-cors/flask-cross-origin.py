from flask import Flask, request
from flask_cors import cross_origin
app = Flask(__name__)
@app.post("/mcp")
@cross_origin()
def mcp():
    return {"jsonrpc": "2.0", "id": request.json["id"], "result": {}}
