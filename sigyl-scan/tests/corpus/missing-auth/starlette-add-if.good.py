import os

from starlette.applications import Starlette

from .auth import BearerMiddleware
from .routes import routes

TOKEN = os.environ["MCP_TOKEN"]
app = Starlette(routes=routes)
app.add_middleware(BearerMiddleware, token=TOKEN)
