from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from .notebook import Notebook
from .tokens import validate_token

app = FastAPI()
bearer = HTTPBearer()
sessions: dict[tuple[str, str], Notebook] = {}


@app.post("/mcp")
async def mcp(
    message: dict,
    credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)],
    mcp_session_id: Annotated[str, Header()],
) -> dict:
    principal = await validate_token(credentials.credentials)
    notebook = sessions.get((principal.id, mcp_session_id))
    if notebook is None:
        raise HTTPException(404, "unknown session")
    return await notebook.run(message)


@app.get("/health")
async def health() -> dict:
    return {"open": len(sessions)}
