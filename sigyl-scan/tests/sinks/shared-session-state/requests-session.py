import requests
from flask import Flask, request
app = Flask(__name__)
session = requests.Session()
@app.post("/mcp")
def mcp():
    session.headers["Authorization"] = request.headers["X-Token"]
    return session.get("https://api.example.com/me").json()
