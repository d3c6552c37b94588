import html
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("papers")

PAGE = Template("""<!DOCTYPE html>
<html><body><form><input name="q" value="$query"></form>$body</body></html>
""")


def render(query: str) -> str:
    return PAGE.substitute(query=query, body=f"<h1>Papers for {query}</h1>")


@mcp.custom_route("/search", methods=["GET"])
async def search(request: Request) -> HTMLResponse:
    return HTMLResponse(render(request.query_params.get("q", "").strip()))
