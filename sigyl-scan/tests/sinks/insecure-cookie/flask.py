import secrets
from flask import Flask, make_response
app = Flask(__name__)
@app.get("/callback")
def callback():
    response = make_response("ok")
    response.set_cookie("session", secrets.token_urlsafe(32), httponly=True)
    return response
