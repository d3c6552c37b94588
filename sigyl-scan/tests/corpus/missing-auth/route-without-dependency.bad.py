from fastapi import Depends, FastAPI

from .auth import require_token
from .rpc import answer, stream

app = FastAPI()


@app.get("/sse", dependencies=[Depends(require_token)])
async def sse():
    return await stream()


@app.post("/messages")
async def messages(body: dict):
    return await answer(body)
