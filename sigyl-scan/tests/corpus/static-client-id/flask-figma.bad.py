import secrets

from flask import Flask, abort, jsonify, redirect, request

from .mcp_routes import mcp_routes

FIGMA_CLIENT_ID = "acme-design-mcp"
app = Flask(__name__)
app.register_blueprint(mcp_routes)
clients: dict[str, dict] = {}
flows: dict[str, dict] = {}


@app.post("/oauth/register")
def register():
    body = request.get_json()
    client_id = f"dyn-{secrets.token_hex(12)}"
    clients[client_id] = {"name": body.get("client_name"), "redirect_uris": body["redirect_uris"]}
    return jsonify(client_id=client_id, redirect_uris=body["redirect_uris"]), 201


@app.get("/oauth/authorize")
def authorize():
    client = clients.get(request.args["client_id"]) or abort(400)
    if request.args["redirect_uri"] not in client["redirect_uris"]:
        abort(400)
    state = secrets.token_urlsafe(24)
    flows[state] = request.args.to_dict()
    return redirect(
        f"https://www.figma.com/oauth?client_id={FIGMA_CLIENT_ID}&scope=file_content:read"
        f"&redirect_uri=https://design-mcp.acme.io/oauth/callback&state={state}&response_type=code"
    )
