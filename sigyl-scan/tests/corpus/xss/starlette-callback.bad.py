import html

from mcp.server.fastmcp import FastMCP
from starlette.requests import Request
from starlette.responses import HTMLResponse

mcp = FastMCP("drive")


def render(title: str, message: str) -> str:
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{message}</p></body></html>"


@mcp.custom_route("/oauth2callback", methods=["GET"])
async def callback(request: Request) -> HTMLResponse:
    error = request.query_params.get("error")
    if error:
        return HTMLResponse(render("Login failed", f"The provider said: {error}"), status_code=400)
    return HTMLResponse(render("Logged in", "You may close this window."))


@mcp.tool()
def account() -> str:
    """The account that is logged in."""
    return "none"
