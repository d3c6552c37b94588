from sanic import Sanic, response
app = Sanic("mcp")
@app.get("/callback")
async def callback(request):
    return response.redirect(request.args.get("redirect_uri"))
