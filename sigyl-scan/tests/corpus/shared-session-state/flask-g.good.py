from flask import Flask, g, request, session

from .users import lookup

app = Flask(__name__)


@app.before_request
def identify():
    g.user = lookup(request.headers["Authorization"])
    session["user"] = request.headers["Authorization"]
