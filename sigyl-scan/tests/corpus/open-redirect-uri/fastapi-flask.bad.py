from flask import Flask, redirect, request

from .login import finish

app = Flask(__name__)


@app.route("/callback")
def callback():
    finish(request.args["code"])
    return redirect(request.args.get("redirect_uri", "/"))
