import secrets

from cachetools import TTLCache
from fastapi import FastAPI, Request

from .users import check

app = FastAPI()
sessions: TTLCache[str, str] = TTLCache(maxsize=10_000, ttl=3600)


@app.post("/login")
async def login(request: Request):
    user = await check(await request.json())
    session_id = secrets.token_urlsafe(32)
    sessions[session_id] = user
    return {"session": session_id}
