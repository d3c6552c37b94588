from sanic import Sanic
from sanic.response import json
app = Sanic("mcp")
@app.post("/mcp")
async def mcp(request):
    if request.json["method"] == "tools/call":
        return json({"jsonrpc": "2.0", "id": request.json["id"], "result": {}})
app.run(host="0.0.0.0", port=8000)
