import os
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException

from .rpc import answer

app = FastAPI()


async def check_token(authorization: Annotated[str | None, Header()] = None):
    expected = os.getenv("MCP_AUTH_TOKEN")
    if not expected:
        raise HTTPException(status_code=503, detail="no token configured")
    if authorization != f"Bearer {expected}":
        raise HTTPException(status_code=401)


@app.post("/mcp", dependencies=[Depends(check_token)])
async def mcp(body: dict):
    return await answer(body)
