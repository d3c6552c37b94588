from urllib.parse import urlencode
from aiohttp import web
async def login(request):
    query = urlencode({"response_type": "code", "client_id": "notes", "redirect_uri": "https://notes.example.com/callback"})
    raise web.HTTPFound(f"https://login.example.com/authorize?{query}")
