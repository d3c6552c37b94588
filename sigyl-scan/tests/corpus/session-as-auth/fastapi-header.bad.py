from typing import Annotated

from fastapi import FastAPI, Header, HTTPException

app = FastAPI()
sessions: dict[str, dict] = {}


@app.get("/documents")
async def documents(x_session_id: Annotated[str, Header()]):
    session = sessions.get(x_session_id)
    if not session:
        raise HTTPException(404)
    return {"owner": session["user"]}
