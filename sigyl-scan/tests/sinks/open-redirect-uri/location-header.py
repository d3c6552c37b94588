from starlette.responses import Response
from mcp.server.fastmcp import FastMCP
mcp = FastMCP("notes")
@mcp.custom_route("/callback", methods=["GET"])
async def callback(request):
    return Response(status_code=302, headers={"Location": request.query_params["redirect_uri"]})
