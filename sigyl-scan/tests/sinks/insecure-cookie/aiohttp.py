import secrets
from aiohttp import web
async def login(request):
    response = web.HTTPFound("/")
    response.set_cookie("session", secrets.token_urlsafe(32))
    return response
