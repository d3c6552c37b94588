from flask import Flask, redirect, request
app = Flask(__name__)
@app.get("/callback")
def callback():
    return redirect(request.args["redirect_uri"])
