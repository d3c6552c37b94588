import hmac
import requests
from flask import Flask, abort, request, session
app = Flask(__name__)
@app.get("/callback")
def callback():
    if not hmac.compare_digest(request.args["state"], session.pop("state", "")):
        abort(400)
    answer = requests.post("https://login.example.com/token", data={"grant_type": "authorization_code", "code": request.args["code"], "client_id": "notes"})
    return answer.json()
