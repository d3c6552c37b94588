import requests
from flask import Flask, request
app = Flask(__name__)
@app.get("/callback")
def callback():
    answer = requests.post("https://login.example.com/token", data={"grant_type": "authorization_code", "code": request.args["code"], "client_id": "notes"})
    return answer.json()
