from flask import Flask, redirect, request, url_for

from .login import finish

app = Flask(__name__)


@app.route("/callback")
def callback():
    finish(request.args["code"])
    return redirect(url_for("home"))
