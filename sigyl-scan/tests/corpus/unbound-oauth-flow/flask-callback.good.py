import requests
from flask import Flask, abort, redirect, request, session

from .settings import TOKEN_URL, client

app = Flask(__name__)


@app.route("/callback")
def callback():
    if request.args.get("state") != session.pop("state", None):
        abort(400)
    code = request.args.get("code")
    answer = requests.post(TOKEN_URL, data={"grant_type": "authorization_code", "code": code, **client}, timeout=10)
    session["account"] = answer.json()["id"]
    return redirect("/")
