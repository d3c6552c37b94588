from fastmcp import FastMCP
from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse

mcp = FastMCP("gallery")
environment = Environment(autoescape=True)
PAGE = environment.from_string("<html><body><h1>{{ title }}</h1></body></html>")


@mcp.custom_route("/view", methods=["GET"])
async def view(request: Request):
    title = request.query_params.get("title", "Gallery")
    return HTMLResponse(PAGE.render(title=title))
