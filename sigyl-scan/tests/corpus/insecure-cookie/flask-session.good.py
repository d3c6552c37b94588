import os

from flask import Flask, redirect, session

from .login import check

app = Flask(__name__)
app.secret_key = os.environ["SECRET"]
app.config["SESSION_COOKIE_SECURE"] = os.environ.get("INSECURE_HTTP") != "1"


@app.post("/login")
def login():
    session["user_id"] = check()
    return redirect("/")
