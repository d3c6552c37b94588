from fastapi import FastAPI, Header, HTTPException
app = FastAPI()
SESSIONS: dict[str, dict] = {}
@app.post("/mcp")
async def mcp(message: dict, mcp_session_id: str = Header()):
    session = SESSIONS.get(mcp_session_id)
    if session is None:
        raise HTTPException(401)
    return {"jsonrpc": "2.0", "id": message["id"], "result": {"user": session["user_id"]}}
