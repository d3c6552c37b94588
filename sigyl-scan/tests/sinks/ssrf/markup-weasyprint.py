from mcp.server.fastmcp import FastMCP
from weasyprint import HTML

mcp = FastMCP("pdf")


@mcp.tool()
def to_pdf(markup: str) -> bytes:
    return HTML(string=f"<html><body>{markup}</body></html>").write_pdf()
