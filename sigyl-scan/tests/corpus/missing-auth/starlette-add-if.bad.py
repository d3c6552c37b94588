import os

from starlette.applications import Starlette

from .auth import BearerMiddleware
from .routes import routes

TOKEN = os.environ.get("MCP_TOKEN")
app = Starlette(routes=routes)
if TOKEN:
    app.add_middleware(BearerMiddleware, token=TOKEN)
