from flask import Flask, request
from markupsafe import escape

app = Flask(__name__)
SESSIONS = {}


@app.route("/session/<session_id>")
def session_page(session_id):
    session = SESSIONS.get(session_id)
    if session is None:
        return "<h1>Unknown session</h1><p>" + session_id + "</p>", 404
    return "<h1>Session</h1>"


@app.route("/search")
def search():
    term = request.args.get("q", "")
    return f"<html><body>No results for <b>{term}</b></body></html>"


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=5000)
