from mcp.server.fastmcp import FastMCP
from starlette.responses import HTMLResponse
mcp = FastMCP("notes")
@mcp.custom_route("/callback", methods=["GET"])
async def callback(request):
    return HTMLResponse(f"<h1>{request.query_params['error']}</h1>")
