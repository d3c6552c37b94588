import logging

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

logger = logging.getLogger(__name__)


async def mcp(request):
    logger.info("call with authorization: %s", "authorization" in request.headers)
    return JSONResponse({})


app = Starlette(routes=[Route("/mcp", mcp, methods=["POST"])])
