import os

from fastapi import Depends, FastAPI, Header, HTTPException, Request

app = FastAPI()
EXPECTED = os.environ["LAMPS_KEY"]


def caller(x_api_key: str | None = Header(None)):
    if not x_api_key or x_api_key != EXPECTED:
        raise HTTPException(status_code=401, detail="unauthorized")


@app.post("/mcp", dependencies=[Depends(caller)])
async def answer(request: Request):
    message = await request.json()
    return {"jsonrpc": "2.0", "id": message["id"], "result": {}}
