from html import escape
from pathlib import Path

from mcp.server.fastmcp import FastMCP
from starlette.requests import Request
from starlette.responses import HTMLResponse

mcp = FastMCP("dashboards")


def cell(value: object) -> str:
    return f"<td>{value}</td>"


def table(rows: list) -> str:
    body = "".join("<tr>" + "".join(cell(value) for value in row) + "</tr>" for row in rows)
    return f"<table>{body}</table>"


@mcp.custom_route("/table", methods=["GET"])
async def table_page(request: Request):
    rows = [[name, request.query_params[name]] for name in request.query_params]
    rows.append(["filter", request.query_params.get("filter", "")])
    return HTMLResponse(table(rows))
