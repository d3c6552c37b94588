import os
import sys

from fastapi import Depends, FastAPI, Header, HTTPException
import uvicorn

app = FastAPI()
API_KEY = os.getenv("API_KEY")
HOST = os.getenv("HOST", "127.0.0.1")
LOOPBACK_HOSTS = {"127.0.0.1", "::1"}

if not API_KEY and HOST not in LOOPBACK_HOSTS:
    sys.exit("API_KEY is needed on this address")


async def check(x_api_key: str | None = Header(None)):
    if API_KEY and x_api_key != API_KEY:
        raise HTTPException(401)


@app.post("/mcp", dependencies=[Depends(check)])
async def mcp(message: dict):
    return {"jsonrpc": "2.0", "id": message["id"], "result": {}}


uvicorn.run(app, host=HOST, port=8000)
