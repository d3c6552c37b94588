from flask import Flask, request
app = Flask(__name__)
@app.get("/callback")
def callback():
    return f"<h1>{request.args['error']}</h1>"
