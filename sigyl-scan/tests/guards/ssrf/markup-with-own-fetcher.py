from mcp.server.fastmcp import FastMCP
from weasyprint import HTML

mcp = FastMCP("pdf")


def nothing(url: str, **_: object) -> dict:
    raise ValueError(f"{url} is not loaded")


@mcp.tool()
def to_pdf(markup: str) -> bytes:
    return HTML(string=markup, url_fetcher=nothing).write_pdf()
