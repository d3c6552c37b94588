import msal
from flask import Flask, redirect, request

app = Flask(__name__)
client = msal.ConfidentialClientApplication("id", client_credential="...", authority="https://login.acme.io")


@app.route("/login")
def login():
    return redirect(client.get_authorization_request_url(["User.Read"], redirect_uri="https://mcp.acme.io/callback"))


@app.route("/callback")
def callback():
    result = client.acquire_token_by_authorization_code(request.args["code"], ["User.Read"])
    return result["access_token"][:4]
