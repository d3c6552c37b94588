import os, secrets
from fastapi import Depends, FastAPI, Header, HTTPException
app = FastAPI()
API_KEY = os.environ["API_KEY"]
async def check(x_api_key: str = Header()):
    if not secrets.compare_digest(x_api_key, API_KEY):
        raise HTTPException(401)
@app.post("/mcp", dependencies=[Depends(check)])
async def mcp(message: dict):
    return {"jsonrpc": "2.0", "id": message["id"], "result": {}}
