import httpx
from flask import Flask, request
app = Flask(__name__)
@app.post("/mcp")
def mcp():
    with httpx.Client(headers={"X-Request-Id": request.headers["X-Request-Id"]}) as client:
        return client.get("https://api.example.com/me").json()
