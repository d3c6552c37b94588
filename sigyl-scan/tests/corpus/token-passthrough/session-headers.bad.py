import requests
from flask import Flask, request

app = Flask(__name__)


@app.post("/mcp")
def mcp():
    session = requests.Session()
    session.headers["Authorization"] = request.headers.get("Authorization")
    return session.get("https://api.acme.io/me", timeout=5).json()
