from sanic import Sanic
from sanic_ext import Extend
app = Sanic("mcp")
app.config.CORS_ORIGINS = "*"
Extend(app)
