import os
from fastapi import FastAPI, Request, Body, Form, Query, Header, WebSocket, UploadFile, File
from pydantic import BaseModel
app = FastAPI()
class M(BaseModel):
    a: str
@app.websocket('/x')
async def x(ws: WebSocket):
    await ws.accept()
    d = await ws.receive_json()
    os.system(d['a'])
