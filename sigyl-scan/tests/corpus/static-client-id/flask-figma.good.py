import secrets

from flask import Flask, abort, jsonify, redirect, render_template, request, session

from .mcp_routes import mcp_routes

FIGMA_CLIENT_ID = "acme-design-mcp"
app = Flask(__name__)
app.config.from_prefixed_env()
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
    session["form"] = state = secrets.token_urlsafe(24)
    flows[state] = request.args.to_dict()
    return render_template("approve.html", client=client, redirect_uri=request.args["redirect_uri"], form=state)


@app.post("/oauth/approve")
def approve():
    state = session.pop("form", "")
    if not secrets.compare_digest(state, request.form["form"]) or state not in flows:
        abort(403)
    return redirect(
        f"https://www.figma.com/oauth?client_id={FIGMA_CLIENT_ID}&scope=file_content:read"
        f"&redirect_uri=https://design-mcp.acme.io/oauth/callback&state={state}&response_type=code"
    )
