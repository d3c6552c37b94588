import logging

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

logger = logging.getLogger(__name__)


async def mcp(request):
    logger.info("call with %s", request.headers.get("authorization"))
    return JSONResponse({})


app = Starlette(routes=[Route("/mcp", mcp, methods=["POST"])])
