import secrets
from mcp.server.fastmcp import FastMCP
from starlette.responses import RedirectResponse
mcp = FastMCP("notes")
@mcp.custom_route("/callback", methods=["GET"])
async def callback(request):
    response = RedirectResponse("/")
    response.set_cookie("session_id", secrets.token_urlsafe(32))
    return response
