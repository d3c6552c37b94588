import os
from mcp.server.fastmcp import FastMCP
mcp = FastMCP("notes")

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


app = mcp.streamable_http_app()
if __name__ == "__main__":
    os.system("gunicorn server:app --bind 0.0.0.0:8000 -k uvicorn.workers.UvicornWorker")
