from starlette.applications import Starlette

from .routes import routes
from .settings import settings

app = Starlette(routes=routes(), debug=settings.debug)
