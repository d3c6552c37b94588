import httpx
from flask import Flask, request
app = Flask(__name__)
client = httpx.Client(base_url="https://api.example.com")
@app.post("/mcp")
def mcp():
    client.headers.update({"Authorization": request.headers["X-Token"]})
    return client.get("/me").json()
