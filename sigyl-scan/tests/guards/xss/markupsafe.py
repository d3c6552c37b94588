from flask import Flask, request
from markupsafe import escape
app = Flask(__name__)
@app.get("/callback")
def callback():
    return f"<h1>{escape(request.args['error'])}</h1>"
