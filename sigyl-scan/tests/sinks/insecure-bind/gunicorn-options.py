from gunicorn.app.base import BaseApplication
from mcp.server.fastmcp import FastMCP
mcp = FastMCP("notes")

@mcp.tool()
def add_note(text: str) -> str:
    """Add a note."""
    return f"added {len(text)}"


class Standalone(BaseApplication):
    def load_config(self):
        for key, value in OPTIONS.items():
            self.cfg.set(key, value)
    def load(self):
        return mcp.streamable_http_app()
OPTIONS = {"bind": "0.0.0.0:8000", "worker_class": "uvicorn.workers.UvicornWorker"}
Standalone().run()
