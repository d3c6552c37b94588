from flask import Flask, abort, redirect, request
app = Flask(__name__)
KNOWN = {"https://app.acme.io/callback"}
@app.get("/callback")
def callback():
    target = request.args["redirect_uri"]
    if target not in KNOWN:
        abort(400)
    return redirect(target)
